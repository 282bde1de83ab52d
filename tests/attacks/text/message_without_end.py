# harm: floods the report with a message and printed lines of many megabytes
print("x" * 500_000)
print("\n" * 100_000)
print("\u202e" * 100_000)


class Long(str):
    def __str__(self):
        return Long("\x1b" * 200_000_000)


def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError(Long())
