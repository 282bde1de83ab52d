"""Imports jax and flax once and forks a worker for each run.

It never starts XLA's backend: a process that forks after that hangs at its first compilation. It
never holds a case, an expected value or a submission either: all that it is sent is a folder, a
level and descriptors, and what it forks puts up walls of its own before it asks for more.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from .observe import Instruments

DESCRIPTORS = 5  # of a worker: its three pipes, the lifeline, and where its end is told
MAX_REQUEST = 1 << 16


def start(control: str) -> NoReturn:
    """Fork a worker for each request on a socket, until the judge closes it, or is gone."""
    gc.disable()  # collecting takes a quarter of the time of the imports
    from . import observe, serve  # noqa: F401 - the imports that all workers share

    instruments = observe.instrument()
    requests = socket.socket(fileno=int(control))
    wake_read, wake_write = os.pipe()
    for descriptor in (wake_read, wake_write):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    gc.collect()
    gc.freeze()  # or the first collection in a worker would copy every page
    gc.enable()
    told_at: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), wake_read], [], [])
        if wake_read in ready:
            os.read(wake_read, 4096)
            _tell_of_the_dead(told_at)
        if requests.fileno() not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, DESCRIPTORS)
        if not message:
            os._exit(0)
        *pipes, lifeline, tell = descriptors
        child = os.fork()
        if not child:
            for descriptor in (wake_read, wake_write, tell, *told_at.values()):
                os.close(descriptor)
            requests.close()
            _become_worker(json.loads(message), pipes, lifeline, instruments)
        told_at[child] = tell
        for descriptor in (*pipes, lifeline):
            os.close(descriptor)
        _tell(tell, child)


def _tell_of_the_dead(told_at: dict[int, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            tell = told_at.pop(child)
            _tell(tell, os.waitstatus_to_exitcode(status))
            os.close(tell)


def _tell(descriptor: int, number: int) -> None:
    with contextlib.suppress(OSError):  # the judge no longer cares
        os.write(descriptor, f"{number}\n".encode())


def _become_worker(
    request: dict[str, str], pipes: list[int], lifeline: int, instruments: Instruments
) -> NoReturn:
    """Go on as a worker that was started by itself would."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)
        os.chdir(request["home"])
        os.environ["HOME"] = os.environ["TMPDIR"] = request["home"]
        _draw_other_numbers()
        from .main import main

        main(lifeline, request["folder"], request["level"], instruments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def _draw_other_numbers() -> None:
    """Have numpy's own generator differ from run to run; Python's does so by itself."""
    import numpy as np

    np.random.seed()
