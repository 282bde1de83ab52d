"""The counterexamples of every wrong sample are small, that of a fault in large cases alone too.

Takes about five minutes: `./run tests -m quality`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SEED

from grader.catalog import Course, Problem
from grader.judge import Judge
from grader.report import Report
from grader.samples import Sample, load_samples
from grader.submission import read_submission
from grader.verdict import Verdict

GENERAL, DRAWN = 2, 3  # pinned cases in general position, and drawn ones of one large shape
SMALL = 2 + 3 + 4  # the sum of sizes of the smallest shape in general position
# Fails from 9 rows on, so 9 + 1 + 1 would do; with six new shapes a search comes within twice that.
LESS_SMALL = {"only_small_batches": 22}
WRONG = {Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE, Verdict.RUNTIME_ERROR}
SAMPLES = [
    (problem, sample)
    for problem in Course(ROOT).problems()
    for sample in load_samples(problem)
    if sample.verdict in WRONG
]
GradeSample = Callable[[Problem, Sample], Report]


@pytest.fixture(scope="module")
def grade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GradeSample]:
    with contextlib.ExitStack() as stack:
        judges: dict[str, Judge] = {}

        def grade(problem: Problem, sample: Sample) -> Report:
            if problem.name not in judges:
                judge = judge_of_few_cases(problem, tmp_path_factory.mktemp("twin"))
                judges[problem.name] = stack.enter_context(judge)
            return judges[problem.name].grade(read_submission(sample.path))

        yield grade


def judge_of_few_cases(problem: Problem, twin: Path) -> Judge:
    """Return a judge that knows no samples to compare with, which saves much of the time."""
    shutil.copy(problem.solution, twin)
    judge = Judge(replace(problem, reference=twin), seed=SEED, cases=100)
    judge.plan = judge.plan[:GENERAL] + judge.plan[-DRAWN:]
    return judge


@pytest.mark.quality
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("problem", "sample"), SAMPLES, ids=[f"{p.name}-{s.id}" for p, s in SAMPLES]
)
def test_the_counterexamples_of_a_wrong_sample_are_small(
    problem: Problem, sample: Sample, grade: GradeSample
) -> None:
    report = grade(problem, sample)
    found = [result.counterexample for result in report.criteria if result.counterexample]
    assert found
    largest = max(sum(counterexample.shape.values()) for counterexample in found)
    assert largest <= LESS_SMALL.get(sample.id, SMALL)
