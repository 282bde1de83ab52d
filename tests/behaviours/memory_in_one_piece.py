# verdict: memory_limit_exceeded
# says: ran out of memory
def nn_vmap_forward(seed, x_batch, features):
    return bytearray(100_000_000_000)
