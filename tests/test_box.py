"""A box holds a worker inside its limits, says how it ended, and leaves nothing behind."""

from __future__ import annotations

import errno
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from grader.cases import Case
from grader.catalog import Problem
from grader.errors import JudgeError
from grader.isolation import Level
from grader.observation import Died, Limit, Loaded, Returned, Stopped
from grader.observer import Observer
from grader.sandbox import box, pipes
from grader.spec import Limits
from grader.worker import wire

CASE = Case(
    {"B": 2, "in_dim": 3, "features": 4},
    {"seed": 1, "x_batch": np.ones((2, 3), np.float32), "features": 4},
)
BURNS = """
import time
def nn_vmap_forward(seed, x_batch, features):
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
    return x_batch
"""
GROWS_LATER = """
import threading, time
def grow():
    time.sleep(0.3)
    kept = b"x" * (1 << 30)
    time.sleep(60)
def nn_vmap_forward(seed, x_batch, features):
    threading.Thread(target=grow, daemon=True).start()
    return x_batch
"""
ENDS_BY_SIGNAL_40 = """
import os
def nn_vmap_forward(seed, x_batch, features):
    os.kill(os.getpid(), 40)
"""
FORKS_AWAY = """
import os, sys
CHAIN = '''
import os, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
for hop in range(10_000):  # one process at a time: each forks the next one and ends
    os.pwrite(log, b"%06d" % hop, 0)
    os.setsid()
    if os.fork():
        os._exit(0)
'''
def nn_vmap_forward(seed, x_batch, features):
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", CHAIN, LOG])
    while not os.path.exists(LOG):
        pass
    os._exit(0)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux alone")


@pytest.mark.parametrize(("cases", "ends"), [(1, True), (100, True), (1000, False)])
def test_the_processor_time_of_all_calls_grows_with_the_cases(
    problem: Problem, cases: int, ends: bool
) -> None:
    spec = problem.spec.model_copy(update={"limits": Limits(total_cpu_seconds=1)})
    with Observer(spec, Level.PROCESS, cases=cases) as observer:
        assert observer.load(BURNS, "burns.py") == Loaded()
        outcomes = [observer.call(CASE).outcome for _ in range(4)]
    limits = [outcome.limit for outcome in outcomes if isinstance(outcome, Stopped)]
    assert (Limit.TOTAL_CPU in limits) is ends
    assert isinstance(outcomes[-1], Returned) is not ends


def test_memory_that_is_taken_between_calls_is_limited_too(problem: Problem) -> None:
    with Observer(problem.spec, Level.PROCESS) as observer:
        assert observer.load(GROWS_LATER, "grows.py") == Loaded()
        assert isinstance(observer.call(CASE).outcome, Returned)
        deadline = time.monotonic() + 30
        while observer.alive and time.monotonic() < deadline:
            time.sleep(0.1)
        found = observer.call(CASE).outcome
        assert isinstance(found, Stopped)
        assert (found.limit, found.allowed) == (Limit.MEMORY, 1024)


@LINUX
def test_a_signal_without_a_name_is_reported_by_its_number(problem: Problem) -> None:
    with Observer(problem.spec, Level.PROCESS) as observer:
        observer.load(ENDS_BY_SIGNAL_40, "ends.py")
        assert observer.call(CASE).outcome == Died("signal 40", -40)


@LINUX
def test_a_chain_of_processes_that_leave_the_session_is_ended(
    problem: Problem, tmp_path: Path
) -> None:
    log = tmp_path / "hops"
    with Observer(problem.spec, Level.PROCESS) as observer:
        observer.load(f"LOG = {str(log)!r}\n{FORKS_AWAY}", "forks.py")
        assert observer.call(CASE).outcome == Died(None, 0)
    hops = log.read_text()
    time.sleep(0.2)
    assert hops == log.read_text() < "009999"


@pytest.mark.parametrize(
    "broken",
    [(subprocess, "Popen"), (box, "Pipes"), (pipes.Pipes, "send"), (wire, "encode_frame")],
)
def test_a_box_that_cannot_be_made_leaves_nothing(
    problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: tuple[Any, str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(*broken, fail)
    before = psutil.Process().children()
    with pytest.raises(JudgeError, match="a worker cannot be started: Too many open files"):
        Observer(problem.spec, Level.PROCESS)
    assert (list(tmp_path.iterdir()), psutil.Process().children()) == ([], before)
