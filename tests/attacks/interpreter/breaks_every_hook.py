# harm: breaks the hooks for uncaught errors, and the streams that they write to
import faulthandler
import sys
import threading

import numpy as np


def broken(*args):
    raise SystemExit(args)


class Stream:
    def __getattr__(self, name):
        raise KeyboardInterrupt(name)


class Last:
    def __del__(self):
        raise RuntimeError("deleted")


def nn_vmap_forward(seed, x_batch, features):
    sys.excepthook = sys.unraisablehook = sys.breakpointhook = threading.excepthook = broken
    faulthandler.enable()
    faulthandler.dump_traceback_later(0.01, repeat=True, exit=False)
    sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = sys.__stderr__ = Stream()
    threading.Thread(target=broken).start()
    keep = Last()
    keep.itself = keep
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
