# verdict: output_limit_exceeded
# says: importing the file printed more than 4096 KiB
import sys

while True:
    sys.stderr.write("flood " * 10_000)


def nn_vmap_forward(seed, x_batch, features):
    return None
