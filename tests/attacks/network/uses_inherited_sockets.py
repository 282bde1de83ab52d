# harm: speaks over sockets that it finds among its descriptors
import os
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = {}
    for descriptor in range(256):
        try:
            with socket.socket(fileno=os.dup(descriptor)) as found:
                print(descriptor, found.getsockname())
                if found.family == socket.AF_UNIX:
                    found.sendto(b"sent", ARENA["unix"])
                else:
                    found.connect(("127.0.0.1", ARENA["tcp"]))
        except OSError as error:
            failures[str(error)] = None
    raise RuntimeError(list(failures))
