# harm: hands a descriptor to another program by a UNIX socket
# open at: process
import os
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    descriptor = os.open("/dev/null", os.O_RDONLY)
    try:
        descriptor = os.open(ARENA["secret"], os.O_PATH)
        one, other = socket.socketpair()
        socket.send_fds(one, [b"-"], [descriptor])
        _, (received,), _, _ = socket.recv_fds(other, 1, 1)
        print(os.read(received, 100))
    except OSError as error:
        failures.append(error)
    for address in (ARENA["unix"], ARENA["abstract"]):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(address)
                socket.send_fds(connection, [b"-"], [descriptor])
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
