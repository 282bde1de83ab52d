# verdict: output_limit_exceeded
# says: wrote more than 64 MiB to files
import os


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
