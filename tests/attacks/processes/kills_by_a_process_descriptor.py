# harm: ends another process of this account by a descriptor of it
# open at: process
import os
import signal

ARENA = {}


def nn_vmap_forward(seed, x_batch, features):
    failures = []
    for open_process in (
        lambda: os.pidfd_open(ARENA["victim"]),
        lambda: os.open(f"/proc/{ARENA['victim']}", os.O_DIRECTORY),
        lambda: os.open(f"/proc/{ARENA['victim']}", os.O_PATH),
    ):
        try:
            signal.pidfd_send_signal(open_process(), signal.SIGKILL)
        except OSError as error:
            failures.append(error)
    raise RuntimeError(failures)
