# verdict: time_limit_exceeded
# says: importing the file used more than 4 s of processor time
while True:
    pass


def nn_vmap_forward(seed, x_batch, features):
    return None
