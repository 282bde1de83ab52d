# harm: starts a hundred processes that use the processor, beyond what one may
import os
import time


def nn_vmap_forward(seed, x_batch, features):
    end = time.monotonic() + 20
    for _ in range(100):
        if os.fork() == 0:
            while time.monotonic() < end:
                pass
            os._exit(0)
    time.sleep(20)
    raise RuntimeError("a hundred processes ran")
