# harm: stops and ends another process of this account, by every call that sends signals
# open at: process
import ctypes
import os
import platform
import signal

ARENA = {}
X86 = platform.machine() == "x86_64"
TKILL, TGKILL, QUEUE, TGQUEUE = (200, 234, 129, 297) if X86 else (130, 131, 138, 240)


def nn_vmap_forward(seed, x_batch, features):
    libc, failures = ctypes.CDLL(None, use_errno=True), []
    victim, info = ARENA["victim"], ctypes.create_string_buffer(128)
    ctypes.memset(ctypes.byref(info, 8), 0xFF, 4)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for arguments in (
            (TKILL, victim, number),
            (TGKILL, victim, victim, number),
            (QUEUE, victim, number, info),
            (TGQUEUE, victim, victim, number, info),
        ):
            if libc.syscall(*arguments):
                failures.append(os.strerror(ctypes.get_errno()))
        try:
            os.kill(victim, number)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
