# verdict: wrong_answer
# says: returned dtype float64, expected float32
import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    return np.zeros(x_batch.shape[0] * features)
