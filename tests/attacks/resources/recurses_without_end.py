# harm: overflows the stack of the interpreter
import sys

sys.setrecursionlimit(10**9)


def nn_vmap_forward(seed, x_batch, features):
    return nn_vmap_forward(seed, x_batch, features) + 1
