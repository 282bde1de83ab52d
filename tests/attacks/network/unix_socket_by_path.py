# harm: connects to a UNIX socket by its path
# open at: process
import os
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for path in (ARENA["unix"], os.path.relpath(ARENA["unix"]), f"/proc/self/root{ARENA['unix']}"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
            try:
                with socket.socket(socket.AF_UNIX, kind) as connection:
                    connection.connect(path)
                    connection.send(b"sent")
            except OSError as error:
                failures.append(error)
    raise RuntimeError(failures)
