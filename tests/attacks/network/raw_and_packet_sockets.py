# harm: sends a datagram that it has put together itself, by raw and packet sockets
import socket
import struct

ARENA = {}
LOOPBACK = bytes((127, 0, 0, 1))
ETH_P_IP, IPPROTO_RAW = 0x0800, 255


def nn_vmap_forward(seed, x_batch, features):
    udp = struct.pack(">HHHH4s", 9, ARENA["udp"], 12, 0, b"sent")
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, LOOPBACK, LOOPBACK)
    failures = []
    for protocol, data in ((socket.IPPROTO_UDP, udp), (IPPROTO_RAW, ip + udp)):
        try:
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
            raw.sendto(data, ("127.0.0.1", 0))
        except OSError as error:
            failures.append(error)
    for kind, head in ((socket.SOCK_DGRAM, b""), (socket.SOCK_RAW, bytes(12) + b"\x08\0")):
        try:
            packet = socket.socket(socket.AF_PACKET, kind, socket.htons(ETH_P_IP))
            packet.sendto(head + ip + udp, ("lo", ETH_P_IP, 0, 0, bytes(6)))
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
