# harm: leaves daemons running that have left its session and its group of processes
import os
import time


def leave(seconds):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(seconds)
        os._exit(0)
    os.wait()


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(20):
        leave(60)
    raise RuntimeError("daemons are running")
