# verdict: invalid_submission
# says: '<sandbox>/weights.npy'
import os

WEIGHTS = open(os.path.abspath("weights.npy"))


def nn_vmap_forward(seed, x_batch, features):
    return x_batch
