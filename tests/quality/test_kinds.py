"""Kinds of honest mistakes that once got through: every variant is caught, seed after seed.

Takes an hour and more: `./run tests -m quality tests/quality/test_kinds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from grader.catalog import Problem
from grader.judge import Judge
from grader.processes import Starter
from grader.submission import read_submission
from grader.verdict import Verdict

SEEDS = 50
FILES = sorted((ROOT / "tests/field/kinds").glob("*.py"))


@pytest.fixture(scope="module", params=range(SEEDS))
def judge(problem: Problem, starter: Starter, request: pytest.FixtureRequest) -> Iterator[Judge]:
    """A judge of one of the seeds, which looks for no smaller counterexamples."""
    quick = problem.spec.shrink.model_copy(update={"calls": 0})
    spec = problem.spec.model_copy(update={"shrink": quick})
    with Judge(replace(problem, spec=spec), seed=request.param, starter=starter) as judge:
        yield judge


@pytest.mark.quality
@pytest.mark.timeout(0)
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_mistake_that_once_got_through_is_caught(path: Path, judge: Judge) -> None:
    report = judge.grade(read_submission(path))
    assert report.verdict is not Verdict.ACCEPTED, report.program
