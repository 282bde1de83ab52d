# verdict: runtime_error
# says: KeyboardInterrupt
def nn_vmap_forward(seed, x_batch, features):
    raise KeyboardInterrupt
