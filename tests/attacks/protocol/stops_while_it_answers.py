# harm: stops in the middle of its answer, with a part of it sent
import os
import signal
import sys

import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    channel = sys._getframe(1).f_locals["self"]._send.__self__
    write = channel._write

    def stopping(descriptor, rest):
        written = write(descriptor, rest[: 1 << 20])
        os.kill(os.getpid(), signal.SIGSTOP)
        return written

    channel._write = stopping
    return np.zeros(8 << 20, dtype=np.float32)
