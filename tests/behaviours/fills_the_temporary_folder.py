# verdict: output_limit_exceeded
# says: wrote more than 64 MiB to files
def nn_vmap_forward(seed, x_batch, features):
    with open("big", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
