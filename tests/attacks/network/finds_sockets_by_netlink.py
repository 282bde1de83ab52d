# harm: asks the kernel by netlink which UNIX sockets there are, and connects to what it finds
# open at: process
import re
import socket
import struct

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, DUMP, SHOW_NAME = 4, 20, 0x301, 1


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    asked = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
    asked.settimeout(1)
    query = struct.pack("=BBHIIIII", socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, SHOW_NAME, 0, 0)
    asked.send(struct.pack("=IHHII", 16 + len(query), SOCK_DIAG_BY_FAMILY, DUMP, 1, 0) + query)
    for name in re.findall(rb"\0arena-\w{8}", asked.recv(1 << 20)):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(name)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
