# harm: leaves the group of processes that is ended with it, and goes on running
import os
import time


def nn_vmap_forward(seed, x_batch, features):
    if hasattr(os, "fork"):
        try:
            if os.fork() == 0:
                os.setsid()
                time.sleep(60)
                os._exit(0)
        except PermissionError:
            pass
    os.setpgid(0, os.getppid())
    time.sleep(60)
