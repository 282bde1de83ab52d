"""Seed after seed, every wrong sample is caught: by the drawn cases alone, and with programs too.

Takes about a quarter of an hour: `./run tests -m quality`.
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
from grader.processes import Starter
from grader.programs import Plan, Programs
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


RIGHT = """
import jax
from flax import linen as nn
Shared = nn.vmap(nn.Dense, variable_axes={"params": None}, split_rngs={"params": False})
def nn_vmap_forward(seed, x_batch, features):
    layer = Shared(features)
    answer = layer.apply(layer.init(jax.random.PRNGKey(seed), x_batch), x_batch).reshape(-1)
"""
RARELY_WRONG = {
    "at one batch size": "x_batch.shape[0] == 17",
    "at one batch size, by len": "len(x_batch) == 23",
    "at the largest batch size": "x_batch.shape[0] > 31",
    "at one number of features": "features == 29",
    "where in_dim is features": "x_batch.shape[1] == features",
}
AT_THE_LAST_SEED = "    return answer + (seed == 2**31 - 1)\n"
SOURCES = {
    **{f"{problem.name}-{sample.id}": sample.source for problem, sample in SAMPLES},
    **{
        name: f"{RIGHT}    return answer + 1 if {condition} else answer\n"
        for name, condition in RARELY_WRONG.items()
    },
    "at the last seed": RIGHT + AT_THE_LAST_SEED,
}


@pytest.mark.quality
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", SOURCES)
def test_with_programs_a_wrong_function_is_caught_on_every_fresh_seed(
    name: str, problem: Problem, starter: Starter
) -> None:
    source = CaseSource(problem.cases, problem.spec)
    pinned = len(source.pinned())

    def open_box() -> Observer:
        box = Observer(problem.spec, level=None, starter=starter)
        box.load(SOURCES[name], "answer.py")
        return box

    def empty_box() -> Observer:
        return Observer(problem.spec, level=None, starter=starter)

    with open_box() as box, Reference(problem, starter) as reference:
        for seed in range(SEEDS):
            cases = source.draw(CASES, problem.spec.cases.distinct_shapes, seed)
            if any(shows_a_fault(problem, reference, box, case) for case in cases[:pinned]):
                continue
            plan = Plan(problem.spec, source, cases, seed)
            with Programs(plan, reference, open_box, empty_box, SOURCES[name]) as programs:
                suspect = programs.explore()
                others = [*programs.turning_cases(), *([suspect] if suspect else [])]
                enough = plan.confirming if programs.proved else len(cases)
                others += cases[pinned:enough]
                assert any(shows_a_fault(problem, reference, box, case) for case in others), seed


def shows_a_fault(problem: Problem, reference: Reference, box: Observer, case: Case) -> bool:
    actual = box.call(case)
    if verdict_of(actual.outcome) is not None:
        return True
    expected, repeats = reference.expect(case), (box.call(case),)
    trial = Trial(case, problem.spec.output, expected, actual, repeats)
    return any(isinstance(CHECKS[c.check](trial, c), Failed) for c in problem.spec.criteria)
