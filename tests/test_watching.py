"""A file that is watched is graded on every save; a run that a save overtakes is given up."""

from __future__ import annotations

import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest
from conftest import ROOT

from grader.catalog import Course
from grader.errors import UnreadableError
from grader.isolation import Level
from grader.processes import Starter
from grader.report import Report
from grader.session import Settings
from grader.verdict import Verdict
from grader.watch import Told, Watcher, changes

SAMPLES = ROOT / "reference/nn_vmap_forward/samples"
RIGHT = (SAMPLES / "accepted/canonical.py").read_text()
WRONG = (SAMPLES / "wrong_structure/plain_dense.py").read_text()
SLEEPS = "import time\ndef nn_vmap_forward(seed, x_batch, features):\n    time.sleep(600)\n"
SETTINGS = Settings(seed=1, cases=2, level=Level.PROCESS, problem="nn_vmap_forward")
Shown = queue.SimpleQueue[Told]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.py"


@pytest.fixture
def patient_course(tmp_path: Path) -> Course:
    """The course, with limits that let a call wait for an hour."""
    root = tmp_path / "course"
    for name in ("problems", "reference"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("samples"))
    contract = root / "problems/nn_vmap_forward/problem.toml"
    limits = "[limits]\nidle_seconds = 3600\nwall_seconds = 3600\n"
    contract.write_text(contract.read_text().replace("[limits]\n", limits))
    return Course(root)


@pytest.fixture
def shown() -> Shown:
    return queue.SimpleQueue()


@pytest.fixture
def watcher(course: Course, file: Path, starter: Starter, shown: Shown) -> Iterator[Watcher]:
    before = psutil.Process().children(recursive=True)
    with Watcher(course, file, SETTINGS, starter, lambda *_: None, shown.put) as one:
        yield one
    left = set(psutil.Process().children(recursive=True)) - set(before)
    assert not psutil.wait_procs(left, timeout=10)[1]


def graded(watcher: Watcher, file: Path, shown: Shown, source: str) -> Report:
    """Return the report on a file."""
    file.write_text(source)
    number = watcher.start()
    told, result = shown.get(timeout=120)
    assert told == number
    assert isinstance(result, Report)
    return result


def test_each_save_is_graded_and_what_it_won_is_told(
    watcher: Watcher, file: Path, shown: Shown
) -> None:
    first = graded(watcher, file, shown, WRONG)
    second = graded(watcher, file, shown, RIGHT)
    assert (first.verdict, second.verdict) == ("wrong_structure", "accepted")
    assert [(one.criterion.id, one.before) for one in changes(first, second)] == [("lifted", 0)]
    assert [(one.criterion.id, one.before) for one in changes(second, first)] == [("lifted", 25)]
    assert changes(None, second) == changes(first, first) == []
    failed = second.model_copy(update={"verdict": Verdict.JUDGE_ERROR, "criteria": []})
    assert changes(first, failed) == []


def test_a_run_that_is_overtaken_ends_long_before_its_limits_and_is_not_told(
    patient_course: Course, file: Path, starter: Starter, shown: Shown
) -> None:
    with Watcher(patient_course, file, SETTINGS, starter, lambda *_: None, shown.put) as watcher:
        file.write_text(SLEEPS)
        watcher.start()
        time.sleep(4)
        watcher.give_up()  # else the test itself would run out of time
        assert graded(watcher, file, shown, RIGHT).verdict == "accepted"
    assert shown.empty()


def test_a_file_that_is_gone_is_told_and_may_come_back(
    watcher: Watcher, file: Path, shown: Shown
) -> None:
    watcher.start()
    assert isinstance(shown.get(timeout=60)[1], UnreadableError)
    assert graded(watcher, file, shown, RIGHT).verdict == "accepted"


def test_the_command_grades_on_every_save_and_ends_on_an_interrupt(file: Path) -> None:
    file.write_text(WRONG)
    words = ["watch", str(file), "--problem", "nn_vmap_forward", "--cases", "2", "--seed", "1"]
    command = [sys.executable, "-m", "grader", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as watching:
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        assert watching.stdout is not None
        threading.Thread(target=put_all, args=[watching.stdout, lines]).start()
        wait_for(lines, "wrong structure")
        wait_for(lines, "waiting for the next save")
        other = file.with_name("other")  # as editors save
        other.write_text(RIGHT)
        other.replace(file)
        wait_for(lines, "won  +")
        wait_for(lines, "accepted")
        wait_for(lines, "waiting for the next save")
        below = psutil.Process(watching.pid).children(recursive=True)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=30) == 128 + signal.SIGINT
        assert watching.stderr is not None
        assert watching.stderr.read() == "grader: stopped\n"
    assert below
    assert not psutil.wait_procs(below, timeout=10)[1]


def put_all(out: IO[str], lines: queue.SimpleQueue[str]) -> None:
    for line in out:
        lines.put(line)


def wait_for(lines: queue.SimpleQueue[str], wanted: str) -> None:
    deadline = time.monotonic() + 60
    while wanted not in lines.get(timeout=max(0.1, deadline - time.monotonic())):
        pass


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "watch", str(tmp_path / "none/x.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == f"grader: {tmp_path / 'none/x.py'}: there is no such file\n"
