"""What the tests share: the course of this checkout, and judges that live as long as a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.catalog import Course, Problem
from grader.judge import Judge
from grader.report import Report
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
SEED = 20
Grade = Callable[[Path], Report]


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return Course(ROOT)


@pytest.fixture(scope="session")
def problem(course: Course) -> Problem:
    """The first exercise."""
    return course.problem("nn_vmap_forward")


@pytest.fixture(scope="session")
def judge(problem: Problem) -> Iterator[Judge]:
    """A judge of all pinned cases and some drawn ones; tests share its expected answers.

    Most of the time goes into compiling shapes, which 18 cases have half as many of as 100.
    """
    with Judge(problem, seed=SEED, cases=18) as judge:
        yield judge


@pytest.fixture(scope="session")
def grade_file(judge: Judge) -> Grade:
    """Grade a file with the judge that tests share."""
    return lambda path: judge.grade(read_submission(path))


@pytest.fixture(scope="session")
def short_judge(problem: Problem) -> Iterator[Judge]:
    """A judge of a few cases in general position, for what shows on any call."""
    with Judge(problem, seed=SEED, cases=4) as judge:
        yield judge
