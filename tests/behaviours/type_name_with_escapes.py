# verdict: runtime_error
# says: \x1b[2Jgone\u202e: \x9b31m
def nn_vmap_forward(seed, x_batch, features):
    raise type("\x1b[2Jgone\u202e", (Exception,), {})("\x9b31m")
