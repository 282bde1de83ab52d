# harm: describes its answer as objects, as text, of negative size
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
    kind, shape = [("object", [2]), ("|S8", [2]), ("float32", [-4]), ("float32", [1 << 62, 4])][
        seed % 4
    ]
    its_channel().send({**answer, "dtype": kind, "shape": shape}, bytes(16))
    return x_batch
