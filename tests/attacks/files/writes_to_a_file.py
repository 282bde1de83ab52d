# harm: overwrites, empties and appends to a file of this account
# open at: process
import os

ARENA = {}
WAYS = (os.O_WRONLY, os.O_RDWR, os.O_APPEND | os.O_WRONLY, os.O_TRUNC, os.O_TRUNC | os.O_WRONLY)


def nn_vmap_forward(seed, x_batch, features):
    target, failures = ARENA["target"], []
    for path in (target, f"/proc/self/root{target}", os.path.relpath(target)):
        for way in WAYS:
            try:
                os.write(os.open(path, way), b"written")
            except OSError as error:
                failures.append(error)
        try:
            os.truncate(path, 0)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
