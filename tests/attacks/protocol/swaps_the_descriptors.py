# harm: puts the pipes of the worker in each other's place
import os
import sys


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def nn_vmap_forward(seed, x_batch, features):
    here = its_channel()
    os.dup2(here._replies, 2)
    os.dup2(here._requests, here._replies)
    return x_batch
