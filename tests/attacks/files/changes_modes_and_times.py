# harm: changes the mode, owner, times and attributes of a file
# open at: process
import os

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    target, failures = ARENA["target"], []
    place = -1
    try:
        place = os.open(target, os.O_PATH)
    except OSError as error:
        failures.append(error)
    for change in (
        lambda: os.chmod(target, 0o666),
        lambda: os.chmod(f"/proc/self/fd/{place}", 0o666),
        lambda: os.fchmod(place, 0o666),
        lambda: os.chown(target, 65534, 65534),
        lambda: os.lchown(target, os.getuid(), os.getgid()),
        lambda: os.utime(target, (0, 0)),
        lambda: os.utime(os.path.basename(target), (0, 0), dir_fd=place),
        lambda: os.setxattr(target, "user.left", b"here"),
        lambda: os.removexattr(target, "user.left"),
    ):
        try:
            change()
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
