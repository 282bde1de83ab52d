# verdict: resource_limit_exceeded
# says: had more than 128 files open at once
import os


def nn_vmap_forward(seed, x_batch, features):
    while True:
        os.open(os.devnull, os.O_RDONLY)
