# harm: makes files, folders, pipes and devices in a folder of this account
# open at: process
import os
import stat

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    drop, failures = ARENA["drop"], []
    for number, make in enumerate(
        (
            lambda path: os.open(path, os.O_CREAT | os.O_WRONLY),
            lambda path: os.open(os.path.dirname(path), os.O_TMPFILE | os.O_RDWR),
            lambda path: os.mkdir(path),
            lambda path: os.mkfifo(path),
            lambda path: os.mknod(path, stat.S_IFREG | 0o600),
            lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3)),
            lambda path: os.mknod(path, stat.S_IFSOCK | 0o600),
        )
    ):
        try:
            make(os.path.join(drop, f"new-{number}"))
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
