# harm: runs code of its own in the worker through weak references, finalisers and the collector
import gc
import weakref

import jax
import numpy as np


def late(*args):
    raise SystemExit("late")


class Dead:
    def __del__(self):
        gc.collect()
        raise KeyboardInterrupt("deleted")


def nn_vmap_forward(seed, x_batch, features):
    gc.callbacks.append(late)
    gc.set_threshold(1)
    dead = Dead()
    dead.itself = weakref.ref(dead, late)
    weakref.finalize(dead, late)
    answer = jax.numpy.zeros(x_batch.shape[0] * features, dtype=np.float32)
    weakref.finalize(answer, late)
    return answer
