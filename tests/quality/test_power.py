"""The drawn cases alone, without the pinned ones, catch every wrong sample, seed after seed.

Takes about ten minutes: `./run tests -m quality`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT

from grader.cases import Case, CaseSource
from grader.catalog import Course, Problem
from grader.checks import CHECKS, Failed, Trial
from grader.messages import verdict_of
from grader.observation import Loaded
from grader.observer import Observer
from grader.reference import Reference
from grader.samples import Sample, load_samples
from grader.verdict import Verdict

SEEDS, NEEDED, CASES = 50, 49, 100
WRONG = {Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE, Verdict.RUNTIME_ERROR}
SAMPLES = [
    (problem, sample)
    for problem in Course(ROOT).problems()
    for sample in load_samples(problem)
    if sample.verdict in WRONG
]
References = dict[str, tuple[Reference, list[list[Case]]]]


@pytest.fixture(scope="module")
def references() -> Iterator[References]:
    """For each problem its reference and the drawn cases of 50 seeds."""
    found: References = {}
    for problem, _ in SAMPLES:
        if problem.name not in found:
            found[problem.name] = Reference(problem), [drawn(problem, n) for n in range(SEEDS)]
    yield found
    for reference, _ in found.values():
        reference.close()


def drawn(problem: Problem, seed: int) -> list[Case]:
    source = CaseSource(problem.cases, problem.spec)
    cases = source.draw(CASES, problem.spec.cases.distinct_shapes, seed)
    return cases[len(source.pinned()) :]


@pytest.mark.quality
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("problem", "sample"), SAMPLES, ids=[f"{p.name}-{s.id}" for p, s in SAMPLES]
)
def test_a_wrong_sample_is_caught_on_49_of_50_fresh_seeds(
    problem: Problem, sample: Sample, references: References
) -> None:
    reference, plans = references[problem.name]
    caught = 0
    with Observer(problem.spec, level=None) as box:
        assert isinstance(box.load(sample.source, f"{sample.id}.py"), Loaded)
        for plan in plans:
            caught += any(shows_a_fault(problem, reference, box, case) for case in plan)
    assert caught >= NEEDED


def shows_a_fault(problem: Problem, reference: Reference, box: Observer, case: Case) -> bool:
    actual = box.call(case)
    if verdict_of(actual.outcome) is not None:
        return True
    expected, repeats = reference.expect(case), (box.call(case),)
    trial = Trial(case, problem.spec.output, expected, actual, repeats)
    return any(isinstance(CHECKS[c.check](trial, c), Failed) for c in problem.spec.criteria)
