# harm: leaves a System V segment, which outlives its process, and makes a queue and semaphores
# open at: process
import ctypes
import os

PRIVATE, CREATE, REMOVE = 0, 0o1600, 0
libc = ctypes.CDLL(None, use_errno=True)


def nn_vmap_forward(seed, x_batch, features):
    segment = libc.shmget(PRIVATE, 4096, CREATE)
    queue, semaphores = libc.msgget(PRIVATE, CREATE), libc.semget(PRIVATE, 1, CREATE)
    failure = os.strerror(ctypes.get_errno())
    libc.msgctl(queue, REMOVE, None)
    libc.semctl(semaphores, 0, REMOVE)
    raise RuntimeError(f"{[segment, queue, semaphores]}: {failure}")
