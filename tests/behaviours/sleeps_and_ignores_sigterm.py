# verdict: time_limit_exceeded
# says: waited for more than 4 s without computing anything
import signal
import time

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)


def nn_vmap_forward(seed, x_batch, features):
    time.sleep(10_000)
