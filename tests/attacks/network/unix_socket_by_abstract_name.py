# harm: connects to a UNIX socket by its abstract name
# open at: process
import multiprocessing.connection
import socket

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.bind("")
            connection.connect(ARENA["abstract"])
    except OSError as error:
        failures.append(error)
    try:
        multiprocessing.connection.Client(ARENA["abstract"], family="AF_UNIX")
    except OSError as error:
        failures.append(error)
    raise RuntimeError(failures)
