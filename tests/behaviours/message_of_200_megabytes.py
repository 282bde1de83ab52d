# verdict: runtime_error
# says: ValueError: \x1b[31mno\x1b[31mno
def nn_vmap_forward(seed, x_batch, features):
    raise ValueError("\x1b[31mno" * (200_000_000 // 7))
