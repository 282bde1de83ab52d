"""The fork server imports jax once, holds nothing of any run, and ends with its judge."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from test_box import CASE

from grader.catalog import Problem
from grader.errors import JudgeError
from grader.isolation import Level
from grader.observation import Died, Loaded, Raised, Returned
from grader.observer import Observer
from grader.processes import Starter
from grader.processes import starter as boot
from grader.processes.fork_server import AVAILABLE

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="of Linux alone")
RETURNS = "def nn_vmap_forward(seed, x_batch, features):\n    return x_batch\n"
KEEPS_A_SECRET = """
KEPT = ["of-another-run-" + str(number) for number in range(1000)]
def nn_vmap_forward(seed, x_batch, features):
    return x_batch
"""
LOOKS_FOR_IT = """
WANTED = b"of-another-run-"
def nn_vmap_forward(seed, x_batch, features):
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if rights.startswith("r") and "[v" not in line:
                start, end = (int(one, 16) for one in place.split("-"))
                try:
                    memory.seek(start)
                    found += memory.read(end - start).count(WANTED)
                except (OSError, ValueError, OverflowError):
                    pass
    raise RuntimeError(str(found))
"""
SAYS = """
import jax, numpy, random, threading, sys
from jax._src import xla_bridge
STATE = [str(numpy.random.random()), str(random.random())]
def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError(WHAT)
"""


@pytest.fixture(scope="module")
def forking() -> Iterator[Starter]:
    """A fork server of these tests' own."""
    with contextlib.closing(Starter(forks=True)) as one:
        yield one


def says(problem: Problem, forking: Starter, what: str, level: Level | None = None) -> str:
    """Return what an expression comes to in a fresh worker, before it is given any array."""
    source = SAYS.replace("(WHAT)", f"(str({what}))")
    with Observer(problem.spec, level, starter=forking) as observer:
        assert observer.load(source, "x.py") == Loaded()
        outcome = observer.call(CASE).outcome
        assert isinstance(outcome, Raised)
        return str(outcome.message)


def test_the_server_has_one_thread_and_no_backend_when_it_forks(
    problem: Problem, forking: Starter
) -> None:
    source = """
from jax._src import xla_bridge
import os
BACKENDS = list(xla_bridge._backends)
def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError(str(BACKENDS))
"""
    with Observer(problem.spec, None, starter=forking) as observer:
        observer.load(source, "x.py")
        outcome = observer.call(CASE).outcome
    assert isinstance(outcome, Raised)
    assert outcome.message == "[]"
    assert forking.server is not None
    assert psutil.Process(forking.server).num_threads() == 1


def test_a_worker_holds_nothing_of_another_run(problem: Problem, forking: Starter) -> None:
    def found(source: str) -> int:
        with Observer(problem.spec, None, starter=forking) as observer:
            assert observer.load(source, "looks.py") == Loaded()
            outcome = observer.call(CASE).outcome
        assert isinstance(outcome, Raised)
        return int(outcome.message or "")

    with Observer(problem.spec, Level.PROCESS, starter=forking) as one:
        assert one.load(KEEPS_A_SECRET, "keeps.py") == Loaded()
        assert isinstance(one.call(CASE).outcome, Returned)
        assert found(LOOKS_FOR_IT) < 20  # the words it looks for, where it has them itself
        assert found(KEEPS_A_SECRET + LOOKS_FOR_IT) > 1000


def test_two_workers_draw_different_numbers(problem: Problem, forking: Starter) -> None:
    drawn = {says(problem, forking, "STATE") for _ in range(3)}
    assert len(drawn) == 3


def test_what_became_of_a_worker_is_told(problem: Problem, forking: Starter) -> None:
    for ending, died in (("os._exit(3)", Died(None, 3)), ("os.abort()", Died("SIGABRT", -6))):
        source = f"import os\ndef nn_vmap_forward(seed, x_batch, features):\n    {ending}\n"
        with Observer(problem.spec, Level.PROCESS, starter=forking) as observer:
            observer.load(source, "ends.py")
            assert observer.call(CASE).outcome == died


def test_a_worker_has_no_descriptor_of_another(problem: Problem, forking: Starter) -> None:
    counting = "len(__import__('os').listdir('/proc/self/fd'))"
    alone = says(problem, forking, counting)
    with contextlib.ExitStack() as others:
        for _ in range(5):
            others.enter_context(Observer(problem.spec, None, starter=forking)).load("", "x.py")
        assert says(problem, forking, counting) == alone


def test_a_server_that_was_killed_is_no_fault_of_the_submission(problem: Problem) -> None:
    with contextlib.closing(Starter(forks=True)) as starter:
        assert starter.server is not None
        with Observer(problem.spec, Level.PROCESS, starter=starter) as observer:
            assert observer.load(RETURNS, "x.py") == Loaded()
            os.kill(starter.server, signal.SIGKILL)
            psutil.Process(starter.server).wait(10)
            assert isinstance(observer.call(CASE).outcome, Returned)
        with Observer(problem.spec, Level.PROCESS, starter=starter) as observer:
            assert observer.load(RETURNS, "x.py") == Loaded()


WAITS = """
import sys, time
from pathlib import Path
from grader.processes import Starter
starter = Starter(forks=True)
print(starter.server, flush=True)
time.sleep(600)
"""


def test_the_server_ends_with_a_judge_that_is_killed() -> None:
    judge = subprocess.Popen(
        [sys.executable, "-c", WAITS], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with judge:
        assert judge.stdout is not None
        server = psutil.Process(int(judge.stdout.readline()))
        judge.kill()
        server.wait(30)
        assert not server.is_running()


def test_where_nothing_is_forked_a_fresh_process_does_the_same(
    problem: Problem, forking: Starter
) -> None:
    what = "sorted(__import__('os').environ.items())"
    alone = Starter(forks=False)
    assert says(problem, alone, what) == says(problem, forking, what)


def test_an_interpreter_without_jax_is_named(
    problem: Problem, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "jax.py").write_text("raise ModuleNotFoundError('No module named jax')\n")
    first = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    monkeypatch.setattr(boot, "BOOT", first + boot.BOOT)
    with contextlib.closing(Starter(forks=True)) as starter:
        observer = Observer(problem.spec, Level.PROCESS, starter=starter)
        with observer, pytest.raises(JudgeError, match="No module named jax"):
            observer.load("", "x.py")
