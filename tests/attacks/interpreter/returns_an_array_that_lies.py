# harm: returns what says it is a jax array, of another size whenever it is asked
import jax
import numpy as np


class Type:
    name = "float32"
    itemsize = 0

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class Array:
    __class__ = property(lambda self: jax.Array)
    dtype = Type()
    size = 0
    aval = weak_type = None

    @property
    def shape(self):
        return (1 << 40, 1 << 40)

    def __array__(self, *args, **kwargs):
        return np.zeros(100_000_000, dtype=np.uint8)

    def __reduce__(self):
        return print, ("reduced",)


def nn_vmap_forward(seed, x_batch, features):
    return Array()
