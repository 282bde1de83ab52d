# verdict: invalid_submission
# says: the file defines no function named nn_vmap_forward, did you mean to rename nn_vmap_forwards?
globals()[3] = globals()[None] = print


def nn_vmap_forwards(seed, x_batch, features):
    return x_batch
