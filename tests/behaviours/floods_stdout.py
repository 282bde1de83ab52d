# verdict: output_limit_exceeded
# says: printed more than 4096 KiB
import os


def nn_vmap_forward(seed, x_batch, features):
    while True:
        os.write(1, b"flood " * 10_000)
