# harm: leaves files in /dev/shm
# open at: process
import ctypes
import os
import tempfile
from multiprocessing.shared_memory import SharedMemory

failures = []
for leave in (
    lambda: tempfile.mkstemp(dir="/dev/shm"),
    lambda: SharedMemory(create=True, size=4096),
    lambda: ctypes.CDLL(None).shm_open(f"/left-{os.getpid()}".encode(), os.O_CREAT | os.O_RDWR, 0),
):
    try:
        failures.append(leave())
    except OSError as error:
        failures.append(error)


def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError(failures)
