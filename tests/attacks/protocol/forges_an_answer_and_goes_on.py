# harm: sends one answer of its own and has the worker send another
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
    return x_batch
