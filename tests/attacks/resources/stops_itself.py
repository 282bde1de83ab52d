# harm: stops its own process, for the judge to wait for
import os
import signal


def nn_vmap_forward(seed, x_batch, features):
    os.kill(os.getpid(), signal.SIGSTOP)
