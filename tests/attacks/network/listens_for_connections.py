# harm: listens on sockets of its own, one of them in a folder of this account
# open at: process
import os
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures, open_ones = [], []
    for family, kind, address in (
        (socket.AF_UNIX, socket.SOCK_STREAM, os.path.join(ARENA["drop"], "socket")),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0listens"),
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
    ):
        try:
            one = socket.socket(family, kind)
            one.bind(address)
            open_ones.append(one)
            if kind == socket.SOCK_STREAM:
                one.listen()
        except OSError as error:
            failures.append(error)
    raise RuntimeError(open_ones, failures)
