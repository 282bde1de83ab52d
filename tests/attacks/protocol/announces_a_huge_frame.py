# harm: announces more bytes than the judge has memory
import os
import struct
import sys


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def nn_vmap_forward(seed, x_batch, features):
    os.write(its_channel()._replies, struct.pack(">4sIQ", b"GRW1", 1 << 31, 1 << 60))
    os.write(its_channel()._replies, bytes(1 << 16))
    return x_batch
