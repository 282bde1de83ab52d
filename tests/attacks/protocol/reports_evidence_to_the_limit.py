# harm: has the judge keep as much evidence as fits into a frame, other each time it is called
import sys

import numpy as np

calls = []


def nn_vmap_forward(seed, x_batch, features):
    calls.append(None)
    recorder = sys._getframe(1).f_locals["self"]._recorder
    names = [str(len(calls) * 5000 + number) for number in range(5000)]
    reads = [["params", [name] * 18, [], False, name] for name in names]
    recorder.finish = lambda: {"variables": [], "reads": reads, "overflowed": False}
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
