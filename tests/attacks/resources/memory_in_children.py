# harm: takes memory in processes of its own, each of which stays below the limit
import os
import time


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(6):
        if os.fork() == 0:
            kept = b"x" * (300 << 20)
            time.sleep(20)
            os._exit(len(kept) == 0)
    time.sleep(10)
    raise RuntimeError("children hold 1800 MiB")
