# verdict: output_limit_exceeded
# says: wrote to a file, which this problem does not allow
def nn_vmap_forward(seed, x_batch, features):
    with open("big", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
