# verdict: runtime_error
# says: crashed with a segmentation fault
import ctypes


def nn_vmap_forward(seed, x_batch, features):
    ctypes.string_at(0)
