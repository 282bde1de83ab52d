# verdict: runtime_error
# says: crashed with an abort
import os


def nn_vmap_forward(seed, x_batch, features):
    os.abort()
