# harm: sends to another program's socket from one of a connected pair, with an address
# open at: process
import ctypes
import socket

ARENA = {}
MESSAGE = b"from the box"


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    path = b"\x01\x00" + ARENA["datagram"].encode() + b"\0"
    attempts = (
        lambda: one.sendto(MESSAGE, ARENA["datagram"]),
        lambda: one.sendmsg([MESSAGE], [], 0, ARENA["datagram"]),
        lambda: one.connect(ARENA["datagram"]),
        lambda: one.send(MESSAGE),
        lambda: ctypes.CDLL(None).sendto(one.fileno(), MESSAGE, 12, 0, path, len(path)),
    )
    for attempt in attempts:
        try:
            attempt()
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
