# verdict: time_limit_exceeded
# says: waited for more than 4 s without computing anything
import os
import signal


def nn_vmap_forward(seed, x_batch, features):
    os.kill(os.getpid(), signal.SIGSTOP)
