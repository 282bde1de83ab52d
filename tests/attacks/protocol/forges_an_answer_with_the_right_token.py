# harm: sends an answer of its own with the token of the call, and ends
import os
import sys


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def request():
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]


def nn_vmap_forward(seed, x_batch, features):
    answer = {
        "token": request()["token"],
        "outcome": "array",
        "library": "jax",
        "dtype": "float32",
        "shape": [4],
        "evidence": {"variables": [], "reads": [], "overflowed": False},
    }
    its_channel().send(answer, bytes(16))
    os._exit(0)
