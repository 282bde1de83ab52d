# harm: returns a view of one number that claims to be huge
import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    return np.broadcast_to(np.float32(0), (1 << 40,))
