# verdict: output_limit_exceeded
# says: returned an array of 3,815 MiB; at most 64 MiB may be returned
import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    return np.broadcast_to(np.float32(0), 1_000_000_000)
