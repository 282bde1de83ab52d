# harm: moves another file over one, links to it and removes it
# open at: process
import os

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    target, drop, failures = ARENA["target"], ARENA["drop"], []
    for change in (
        lambda: os.link(target, os.path.join(drop, "hard")),
        lambda: os.symlink(target, os.path.join(drop, "soft")),
        lambda: os.rename(drop, drop + "-2"),
        lambda: os.rename(ARENA["other"], ARENA["other"] + ".txt"),
        lambda: os.rename(ARENA["other"] + ".txt", ARENA["other"]),
        lambda: os.rmdir(drop + "-2/"),
        lambda: os.unlink(os.path.join(drop + "-2", "hard")),
    ):
        try:
            change()
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
