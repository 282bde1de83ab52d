# verdict: runtime_error
# says: RecursionError
def nn_vmap_forward(seed, x_batch, features):
    return nn_vmap_forward(seed, x_batch, features)
