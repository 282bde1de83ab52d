# harm: opens a TCP connection
# open at: process
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    socket.create_connection(("127.0.0.1", ARENA["tcp"]), timeout=2)
    raise RuntimeError("connected")
