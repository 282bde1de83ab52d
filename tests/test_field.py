"""Files as people write them, and files to get a wrong answer through or a right one refused.

Each says on its first lines which verdict it must get, of several where more than one is right,
and which criteria it must fail. Those in public/ follow public code and public reports of bugs.
All of them are graded by hand (-m quality); of every kind of mistake that once got through, and
of right files that were once refused, CI grades one here or as a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, without_shrinking

from grader.catalog import Problem
from grader.judge import Judge
from grader.processes import Starter
from grader.submission import read_submission

FILES = sorted((ROOT / "tests/field").glob("*/*.py"))
SEED = 1
ONE_OF_A_KIND = {
    "154_self_variables_read",
    "a01_memo_forgets_x",
    "a05_room_for_31_rows",
    "a08_lifted_over_two_copies_of_the_batch",
    "a11_order_of_a_set",
    "a15_identity_of_sizes",
    "a48_plain_for_large_batches_by_a_dataclass",
    "a51_nan_to_zero",
    "b14_in_asyncio",
    "b50_falls_back_if_it_is_not_close",
    "b56_an_axis_more_in_every_example",
    "c43_sign_of_the_output",
    "d36_zero_sized_giant",
}


def header(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[:2]
    said = (line.removeprefix("# ").partition(": ") for line in lines)
    return {key: value.strip() for key, _, value in said}


def each() -> Iterator[object]:
    for path in FILES:
        marks = () if path.stem in ONE_OF_A_KIND else (pytest.mark.quality,)
        yield pytest.param(path, id=path.stem, marks=[pytest.mark.slow, *marks])


@pytest.fixture(scope="module")
def judge(problem: Problem, starter: Starter) -> Iterator[Judge]:
    """A judge of a whole run that looks for no smaller counterexamples, inside all walls."""
    with Judge(without_shrinking(problem), seed=SEED, starter=starter) as judge:
        yield judge


@pytest.mark.parametrize("path", each())
def test_a_file_gets_the_verdict_it_must_get_and_fails_what_it_must_fail(
    path: Path, judge: Judge
) -> None:
    said = header(path)
    report = judge.grade(read_submission(path))
    assert report.verdict in said["expect"].split("|"), report.message
    failed = [one.id for one in report.criteria if one.passed is False]
    assert "fails" not in said or failed == said["fails"].split(), report.message


def test_every_file_that_stands_for_a_kind_is_there() -> None:
    assert {path.stem for path in FILES} >= ONE_OF_A_KIND
