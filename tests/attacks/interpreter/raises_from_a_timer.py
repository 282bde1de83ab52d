# harm: has a signal raise in the worker's own code, over and over, once the call is over
import signal

import numpy as np


def handler(number, frame):
    raise GeneratorExit(str(number))


def nn_vmap_forward(seed, x_batch, features):
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGALRM}:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0001)
    return np.zeros(x_batch.shape[0] * features, dtype=np.float32)
