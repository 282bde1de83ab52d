"""Where an answer comes from is found out by calling again with something falsified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from grader.cases import Case
from grader.catalog import Problem
from grader.checks import Expected, Trial
from grader.observation import (
    Died,
    Evidence,
    Falsified,
    Limit,
    Loaded,
    Observation,
    Outcome,
    Raised,
    Read,
    Returned,
    Stopped,
    Transform,
)
from grader.provenance import Provenance
from grader.spec import OutputSpec
from grader.trials import Run

LIFTED = Read("params", ("kernel",), (Transform("vmap", "None", False, size=2),), "Dense")
PLAIN = Read("params", ("kernel",), (), "Dense")
RIGHT = Evidence(reads=frozenset({LIFTED}))
COMPARED = Evidence(reads=frozenset({LIFTED, PLAIN}))
ANSWER = np.array([1, -2, 0, 4], np.float32)
NOT_THIS_TIME = Raised("AssertionError", "not close")
Answers = Callable[[Case, bool], Outcome]


class FakeBox:
    """Answers as told, and keeps what it was asked."""

    def __init__(self, answers: Callable[[Case], Outcome], asked: list[Case]) -> None:
        self._answers, self._asked = answers, asked

    def __enter__(self) -> FakeBox:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, case: Case) -> Observation:
        self._asked.append(case)
        return Observation(self._answers(case))


def scaled(factor: float, *entries: int) -> Returned:
    """Return the answer with some entries scaled, or all of them."""
    array = ANSWER.copy()
    array[list(entries) or slice(None)] *= np.float32(factor)
    return Returned("jax", array)


def case(batch: int, in_dim: int, seed: int = 0) -> Case:
    return Case({"B": batch, "in_dim": in_dim, "features": 9}, {"seed": seed})


CASES = [case(2, 3), case(2, 3, 1), case(4, 2), case(8, 7), case(8, 7, 1), case(5, 6), case(1, 1)]


def settle(
    problem: Problem, answers: Mapping[Falsified, Answers], evidence: Evidence = RIGHT
) -> tuple[Run, list[Case]]:
    """Settle a run of some cases, all of them right, with these answers when falsified."""
    expected = Expected(Returned("jax", ANSWER), RIGHT, np.full(4, 1e-6))
    actual = Observation(Returned("jax", ANSWER), evidence)
    run = Run(Loaded(), [Trial(c, OutputSpec(), expected, actual) for c in CASES], [])
    asked: list[Case] = []

    def open_box(what: Falsified = Falsified.NOTHING, slightly: bool = False) -> FakeBox:
        return FakeBox(lambda one: answers[what](one, slightly), asked)

    Provenance(problem.spec, 1, open_box).settle(run)  # type: ignore[arg-type]
    return run, asked


def untouched(run: Run) -> bool:
    return any(trial.untouched for trial in run.trials)


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (scaled(2), False),
        (scaled(1), True),
        (scaled(2, 0, 1), True),
        (scaled(float("nan"), 0, 1, 3), False),
    ],
    ids=["all moved", "none moved", "one entry stayed", "not a number"],
)
def test_an_answer_of_which_an_entry_stays_right_does_not_come_from_what_is_lifted(
    outcome: Outcome, found: bool, problem: Problem
) -> None:
    run, _ = settle(problem, {Falsified.LIFTED: lambda *_: outcome})
    assert untouched(run) is found


def test_it_is_asked_on_three_shapes_in_general_position_and_on_the_largest_one_twice(
    problem: Problem,
) -> None:
    _, asked = settle(problem, {Falsified.LIFTED: lambda *_: scaled(2)})
    assert asked[:2] == [CASES[3], CASES[4]]
    assert len({c.shape_key for c in asked}) == 3
    assert all(c.in_general_position for c in asked)


@pytest.mark.parametrize("position", range(4))
def test_one_case_on_which_the_answer_stays_is_enough(position: int, problem: Problem) -> None:
    calls = iter(range(4))
    answers: Answers = lambda _, slightly: (  # noqa: E731
        scaled(1 if slightly or next(calls) == position else 2)
    )
    run, _ = settle(problem, {Falsified.LIFTED: answers})
    assert untouched(run)


def test_another_answer_that_is_never_given_is_no_fault(problem: Problem) -> None:
    answers: Answers = lambda _, slightly: scaled(1 + 1e-6 if slightly else 1)  # noqa: E731
    run, _ = settle(problem, {Falsified.LIFTED: answers})
    assert not untouched(run)


@pytest.mark.parametrize(
    ("slight", "found"),
    [(scaled(1 + 1e-6), False), (scaled(1), True), (NOT_THIS_TIME, False)],
    ids=["moved a little", "stayed", "raised again"],
)
def test_where_the_call_raises_a_slight_difference_decides(
    slight: Outcome, found: bool, problem: Problem
) -> None:
    answers: Answers = lambda _, slightly: slight if slightly else NOT_THIS_TIME  # noqa: E731
    run, _ = settle(problem, {Falsified.LIFTED: answers})
    assert untouched(run) is found


STOPPED = Stopped(Limit.MEMORY, 1024, "MiB")


@pytest.mark.parametrize("end", [Died("SIGSEGV", 139), STOPPED])
def test_a_process_that_ends_where_next_to_nothing_is_false_is_reported_as_such(
    end: Outcome, problem: Problem
) -> None:
    calls = iter(range(4))
    answers: Answers = lambda _, slightly: (  # noqa: E731
        end if not slightly or next(calls) == 1 else scaled(1 + 1e-6)
    )
    run, _ = settle(problem, {Falsified.LIFTED: answers})
    assert [trial.actual.outcome for trial in run.trials].count(end) == 1
    assert not untouched(run)


def test_a_process_that_ends_only_where_much_is_false_decides_nothing(problem: Problem) -> None:
    answers: Answers = lambda _, slightly: scaled(1 + 1e-6) if slightly else STOPPED  # noqa: E731
    run, _ = settle(problem, {Falsified.LIFTED: answers})
    assert STOPPED not in [trial.actual.outcome for trial in run.trials]
    assert not untouched(run)


@pytest.mark.parametrize(
    ("plain", "counts"),
    [(scaled(1), False), (scaled(1 + 1e-7), False), (scaled(2, 3), True), (NOT_THIS_TIME, True)],
    ids=["stayed", "stayed but for rounding", "one entry moved", "raised"],
)
def test_plain_reads_count_only_where_the_answer_depends_on_them(
    plain: Outcome, counts: bool, problem: Problem
) -> None:
    answers: dict[Falsified, Answers] = {
        Falsified.PLAIN: lambda *_: plain,
        Falsified.LIFTED: lambda _, slightly: NOT_THIS_TIME if slightly else scaled(2),
    }
    run, _ = settle(problem, answers, COMPARED)
    assert run.plain_reads_count is counts
    assert (run.weigh(run.trials[0].actual).evidence.reads == RIGHT.reads) is not counts
    assert all((trial.actual.evidence.reads == RIGHT.reads) is not counts for trial in run.trials)


@pytest.mark.parametrize(
    ("slight", "counts"),
    [(scaled(1 + 1e-6), False), (scaled(1 + 1e-6, 0, 1), True), (NOT_THIS_TIME, True)],
    ids=["moved a little", "one entry stayed", "raised"],
)
def test_where_every_call_with_false_plain_reads_raises_the_lifted_output_decides(
    slight: Outcome, counts: bool, problem: Problem
) -> None:
    answers: dict[Falsified, Answers] = {
        Falsified.PLAIN: lambda *_: NOT_THIS_TIME,
        Falsified.LIFTED: lambda _, slightly: slight if slightly else NOT_THIS_TIME,
    }
    run, _ = settle(problem, answers, COMPARED)
    assert run.plain_reads_count is counts


def test_an_answer_made_of_zeros_says_nothing(problem: Problem) -> None:
    run = Run(Loaded(), [], [])
    zeros = Returned("jax", np.zeros(4, np.float32))
    trial = Trial(
        CASES[0], OutputSpec(), Expected(zeros, RIGHT, np.zeros(4)), Observation(zeros, RIGHT)
    )
    run.trials = [trial, replace(trial, case=CASES[2])]

    def open_box(*_: object) -> FakeBox:
        raise AssertionError("nothing is to be asked")

    Provenance(problem.spec, 1, open_box).settle(run)  # type: ignore[arg-type]
    assert not untouched(run)
