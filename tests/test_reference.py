"""The reference starts when it is needed, works ahead, and ends at once."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SEED

from grader.cases import CaseSource
from grader.catalog import Problem
from grader.errors import JudgeError
from grader.judge import Judge
from grader.processes import Starter
from grader.reference import Reference
from grader.submission import read_submission
from grader.verdict import Verdict

ENDLESS = """
def nn_vmap_forward(seed, x_batch, features):
    open("called", "w").close()
    while True:
        pass
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every box that is open has its folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("content", [b"", b"x = '\0'\n"])
def test_a_refused_submission_starts_no_process(
    problem: Problem, folders: Path, content: bytes
) -> None:
    file = folders / "file.py"
    file.write_bytes(content)
    with Judge(problem, seed=SEED, cases=4) as judge:
        report = judge.grade(read_submission(file))
        assert list(folders.iterdir()) == [file]
    assert report.verdict is Verdict.INVALID_SUBMISSION


@pytest.mark.parametrize("moment", ["imports", "call"])
def test_closing_does_not_wait_for_the_case_in_hand(
    problem: Problem, folders: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    faults: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", faults.append)
    twin = folders / "twin"
    twin.mkdir()
    (twin / "solution.py").write_text(ENDLESS)
    plan = CaseSource(problem.cases, problem.spec).pinned()[:1]
    reference = Reference(replace(problem, reference=twin))
    reference.work_ahead(plan)
    deadline = time.monotonic() + 60
    while moment == "call" and not list(folders.glob("*/scratch/called")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    reference.close()
    assert (list(folders.iterdir()), faults) == ([twin], [])
    with pytest.raises(JudgeError):
        reference.expect(plan[0])


def test_a_process_that_has_died_is_started_again(problem: Problem) -> None:
    case, other = CaseSource(problem.cases, problem.spec).pinned()[:2]
    with Reference(problem) as reference:
        before = reference.expect(case)
        reference._observers[0].close()
        after = reference.expect(other)
        assert (before.returned.array.size, after.returned.array.size) == (8, 12)


def test_a_shape_is_the_business_of_one_process(problem: Problem, starter: Starter) -> None:
    source = CaseSource(problem.cases, problem.spec)
    plan = [case for case in source.pinned() for _ in range(2)]
    with Reference(problem, starter, jobs=2) as reference:
        reference.work_ahead(plan)
        for case in plan:
            reference.expect(case)
        first, second = (one._compiled for one in reference._observers.values())
    assert not first & second
    assert len(first | second) == len({case.shape_key for case in plan})


def test_what_was_to_be_computed_ahead_may_be_dropped_and_asked_for_again(
    problem: Problem, starter: Starter
) -> None:
    first, *others = CaseSource(problem.cases, problem.spec).pinned()
    with Reference(problem, starter) as reference:
        reference.work_ahead([first, *others])
        reference.expect(first)
        reference.stop_ahead()
        last = others[-1].shape
        assert reference.expect(others[-1]).returned.array.size == last["B"] * last["features"]
        asked = reference._observers[0]._compiled
    assert len(asked) < len({case.shape_key for case in [first, *others]})
