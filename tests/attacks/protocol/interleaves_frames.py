# harm: writes into the worker's answers from a thread
import os
import sys
import threading


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def write(descriptor):
    for _ in range(10_000):
        os.write(descriptor, b"GRW1 not a frame")


threading.Thread(target=write, args=(its_channel()._replies,), daemon=True).start()


def nn_vmap_forward(seed, x_batch, features):
    return x_batch
