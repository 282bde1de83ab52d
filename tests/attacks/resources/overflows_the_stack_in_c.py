# harm: overflows the stack where Python does not count
import sys

sys.setrecursionlimit(10**9)


def nn_vmap_forward(seed, x_batch, features):
    nested = ()
    for _ in range(10_000_000):
        nested = (nested,)
    return hash(nested)
