# harm: opens a TCP connection by MPTCP, by SMC, by IPv6 and by Fast Open
# open at: process
import socket

ARENA = {}
AF_SMC, IPPROTO_MPTCP, IPPROTO_SMC = 43, 262, 256


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for family, protocol, host in (
        (socket.AF_INET, IPPROTO_MPTCP, "127.0.0.1"),
        (socket.AF_INET6, IPPROTO_MPTCP, "::ffff:127.0.0.1"),
        (AF_SMC, 0, "127.0.0.1"),
        (socket.AF_INET, IPPROTO_SMC, "127.0.0.1"),
        (socket.AF_INET6, 0, "::ffff:127.0.0.1"),
    ):
        try:
            socket.socket(family, socket.SOCK_STREAM, protocol).connect((host, ARENA["tcp"]))
        except OSError as error:
            failures.append(error)
    try:
        stream = socket.socket()
        stream.sendto(b"sent", socket.MSG_FASTOPEN, ("127.0.0.1", ARENA["tcp"]))
    except OSError as error:
        failures.append(error)
    raise RuntimeError(failures)
