# harm: takes the built-in functions away from the worker
import builtins
import gc
import sys

import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    answer = np.zeros(x_batch.shape[0] * features, dtype=np.float32)
    del sys.modules["os"], sys.modules["sys"]
    gc.freeze()
    builtins.__dict__.clear()
    return answer
