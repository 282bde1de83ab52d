# harm: answers every call to come while it is imported
import json
import struct
import sys


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def frame(header, blob=b""):
    text = json.dumps(header).encode()
    return struct.pack(">4sIQ", b"GRW1", len(text), len(blob)) + text + blob


answer = {
    "token": "0" * 16,
    "outcome": "array",
    "library": "jax",
    "dtype": "float32",
    "shape": [4],
    "evidence": {"variables": [], "reads": [], "overflowed": False},
}
for _ in range(100):
    its_channel().send(answer, bytes(16))


def nn_vmap_forward(seed, x_batch, features):
    return x_batch
