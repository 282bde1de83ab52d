# harm: sends nesting, endless digits, NaN and doubled keys
import os
import struct
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


DEEP = b"[" * 200_000 + b"]" * 200_000
DIGITS = b"9" * 1_000_000


def nn_vmap_forward(seed, x_batch, features):
    token = request()["token"].encode()
    texts = [
        DEEP,
        b'{"token": "' + token + b'", "outcome": "array", "shape": [' + DIGITS + b"]}",
        b'{"token": "' + token + b'", "outcome": "raised", "raised": NaN, "token": 1}',
        b'{"token": "\\ud800"}',
    ]
    for text in texts:
        os.write(its_channel()._replies, struct.pack(">4sIQ", b"GRW1", len(text), 0) + text)
    return x_batch
