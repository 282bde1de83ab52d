"""Kinds of honest mistakes that once got through: every variant is caught, seed after seed.

What a run calls whatever its seed, edge cases and twins, is tried first: what is caught there is
caught on every seed. The others are graded on 50 of them. Takes an hour and more:
`./run tests -m quality tests/quality/test_kinds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, without_shrinking

from grader.cases import CONFIRMING, CaseSource
from grader.catalog import Problem
from grader.judge import Judge
from grader.processes import Starter
from grader.submission import read_submission
from grader.verdict import Verdict

SEEDS = 50
FILES = sorted((ROOT / "tests/field/kinds").glob("*.py"))


@pytest.fixture(scope="module")
def quick(problem: Problem) -> Problem:
    """The problem without a search for smaller counterexamples."""
    return without_shrinking(problem)


@pytest.fixture(scope="module")
def without_a_seed(quick: Problem, starter: Starter) -> Iterator[Judge]:
    """A judge that calls the cases that are in every plan, and looks at no program."""
    always = CaseSource(quick.cases, quick.spec).confirming(1000) - CONFIRMING
    with Judge(quick, seed=1, cases=always, programs=False, starter=starter) as judge:
        yield judge


@pytest.mark.quality
@pytest.mark.timeout(0)
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_mistake_that_once_got_through_is_caught_on_every_seed(
    path: Path, quick: Problem, without_a_seed: Judge, starter: Starter
) -> None:
    if without_a_seed.grade(read_submission(path)).verdict is not Verdict.ACCEPTED:
        return
    for seed in range(SEEDS):
        with Judge(quick, seed=seed, starter=starter) as judge:
            report = judge.grade(read_submission(path))
        assert report.verdict is not Verdict.ACCEPTED, (seed, report.program)
