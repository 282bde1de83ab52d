# harm: returns numbers of four bits and complex infinities, which are hard to compare and to show
import ml_dtypes
import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    size = x_batch.shape[0] * features
    if x_batch.shape[0] == 2:
        return np.arange(size).astype(ml_dtypes.int4)
    if x_batch.shape[0] == 4:
        return np.full(size, complex("nan-infj"), dtype=np.complex64)
    return np.full((size, 0, 1 << 20), 1).astype(ml_dtypes.float8_e8m0fnu)
