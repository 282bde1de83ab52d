# verdict: runtime_error
# says: crashed with a kill signal
import os
import signal


def nn_vmap_forward(seed, x_batch, features):
    os.killpg(0, signal.SIGKILL)
