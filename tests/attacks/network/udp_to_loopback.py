# harm: sends UDP datagrams to a program on this machine
# open at: process
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for family, kind, host in (
        (socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"),
        (socket.AF_INET, socket.SOCK_DGRAM, "0.0.0.0"),
        (socket.AF_INET6, socket.SOCK_DGRAM, "::ffff:127.0.0.1"),
        (socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, "127.255.255.254"),
    ):
        try:
            with socket.socket(family, kind) as udp:
                udp.sendto(b"sent", (host, ARENA["udp"]))
                udp.connect((host, ARENA["udp"]))
                udp.sendmsg([b"sent"])
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
