# harm: starts processes by each system call there is, which make folders
# open at: process
import ctypes
import os
import platform
import signal

ARENA = {}
CLONE, CLONE3, VFORK = {"x86_64": 56, "aarch64": 220}[platform.machine()], 435, 0x4100


def nn_vmap_forward(seed, x_batch, features):
    libc, results = ctypes.CDLL(None, use_errno=True), []
    stack = ctypes.byref(ctypes.create_string_buffer(1 << 20), 1 << 19)
    path = ctypes.create_string_buffer(os.path.join(ARENA["drop"], "XXXXXX").encode())
    arguments = ctypes.create_string_buffer(88)
    arguments[32] = signal.SIGCHLD
    for start in (
        lambda: libc.fork(),
        lambda: libc.syscall(CLONE, signal.SIGCHLD, 0, 0, 0, 0),
        lambda: libc.syscall(CLONE3, arguments, 88),
        lambda: libc.clone(libc.mkdtemp, stack, VFORK | signal.SIGCHLD, path),
    ):
        child = start()
        if child == 0:
            os.mkdir(os.path.join(ARENA["drop"], str(os.getpid())))
            os._exit(0)
        results.append((child, os.strerror(ctypes.get_errno())))
    raise RuntimeError(results)
