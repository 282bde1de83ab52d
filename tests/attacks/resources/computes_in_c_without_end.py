# harm: keeps the processor busy where Python cannot interrupt it
def nn_vmap_forward(seed, x_batch, features):
    return 3 ** (10**10)
