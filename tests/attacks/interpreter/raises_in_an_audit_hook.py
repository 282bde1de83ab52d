# harm: has an audit hook, which cannot be removed, raise in the worker's own code
import sys

import numpy as np

CALLED = []


def hook(event, args):
    if CALLED and event in ("open", "exec", "compile", "import", "sys._getframe", "array.__new__"):
        raise SystemExit(event)
    if CALLED and event.startswith(("os.", "ctypes.", "object.__getattr__", "gc.")):
        raise KeyboardInterrupt(event)


sys.addaudithook(hook)


def nn_vmap_forward(seed, x_batch, features):
    CALLED.append(seed)
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
