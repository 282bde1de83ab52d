"""A run: what is dealt to which box, what ends it, and how much of it is kept."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.cases import Case
from grader.checks import Expected
from grader.errors import JudgeError
from grader.observation import (
    Evidence,
    Limit,
    Loaded,
    Observation,
    Raised,
    Read,
    Returned,
    Stopped,
)
from grader.spec import Limits, OutputSpec
from grader.trials import Run, Runner, Tick, deal

MIB = 1 << 20
CASE = Case({"B": 2}, {"seed": 1})


def returned(mebibytes: float, reads: int = 0) -> Observation:
    """Return an observation of an array of that size, and of so many reads."""
    found = frozenset(Read("params", (str(number),), (), "Dense") for number in range(reads))
    array = np.zeros(int(mebibytes * MIB), np.uint8)
    return Observation(Returned("jax", array), Evidence(reads=found))


def keeps(expected: Observation, actual: Observation, calls: int) -> bool:
    box: Any = SimpleNamespace(limits=Limits(answer_mib=4))
    run = Run(Loaded(), [], [])
    assert isinstance(expected.outcome, Returned)
    wanted = Expected(expected.outcome, expected.evidence, np.zeros(1))
    kept = [run.keep(box, actual, wanted) for _ in range(calls)]
    stopped = Observation(Stopped(Limit.ANSWERS, 4, "MiB"))
    assert set(map(id, kept)) <= {id(actual), *(id(one) for one in kept if one == stopped)}
    return stopped not in kept


@pytest.mark.parametrize(
    ("expected", "actual", "calls", "kept"),
    [
        (returned(3), returned(3), 50, True),
        (returned(3), returned(2), 50, True),
        (returned(1), returned(2), 4, True),
        (returned(1), returned(2), 5, False),
        (returned(1), returned(1, reads=1000), 8, True),
        (returned(1), returned(1, reads=1000), 9, False),
    ],
)
def test_a_run_keeps_only_so_much_more_than_the_right_answers_take(
    expected: Observation, actual: Observation, calls: int, kept: bool
) -> None:
    assert keeps(expected, actual, calls) is kept


PLAN = [
    Case({"B": size}, {"seed": number})
    for number, size in enumerate((1, 2, 3, 1, 2, 3, 4, 4, 1, 2))
]
GOOD = Returned("jax", np.ones(2, np.float32))


class FakeBox:
    """Is slow where it is told to be, and does not return on one case."""

    def __init__(self, slow: bool, ends_on: set[int]) -> None:
        self._slow, self._ends_on = slow, ends_on
        self.limits, self.printed, self.called = Limits(), "", [0]
        self.closed = False

    def load(self, *_: object) -> Loaded:
        return Loaded()

    def call(self, case: Case) -> Observation:
        self.called.append(int(str(case.arguments["seed"])))
        time.sleep(0.02 if self._slow else 0)
        ends = case.arguments["seed"] in self._ends_on
        return Observation(Raised("ValueError", "no") if ends else GOOD)

    def close(self) -> None:
        self.closed = True


class FakeBoxes:
    """Gives boxes, of which some are slow."""

    def __init__(self, slow: tuple[bool, ...], ends_on: set[int]) -> None:
        self.spec = SimpleNamespace(output=OutputSpec())
        self.made = [FakeBox(one, ends_on) for one in slow]
        self._next = iter(self.made)

    def start(self, cases: int = 1) -> FakeBox:  # noqa: ARG002
        return next(self._next)

    def open(self, *_: object) -> FakeBox:
        return FakeBox(False, set())


def run(boxes: FakeBoxes, tick: Tick = lambda *_: None) -> Run:
    expected = Expected(GOOD, Evidence(), np.zeros(2))
    reference: Any = SimpleNamespace(expect=lambda _: expected)
    jobs = len(boxes.made)
    submission: Any = SimpleNamespace(source="", path=SimpleNamespace(name="x.py"))
    return Runner(boxes, reference, PLAN, 1, tick, jobs).run(submission)  # type: ignore[arg-type]


@pytest.mark.parametrize("jobs", [1, 2, 3, 9])
def test_every_case_is_dealt_to_one_box_in_order_and_every_shape_too(jobs: int) -> None:
    lanes = deal(PLAN, jobs)
    assert sorted(position for lane in lanes for position in lane) == list(range(len(PLAN)))
    assert all(lane == sorted(lane) for lane in lanes)
    shapes = [{PLAN[position].shape_key for position in lane} for lane in lanes]
    assert sum(map(len, shapes)) == 4
    assert len(lanes) == min(jobs, 4)


@pytest.mark.parametrize("slow", [(True, False), (False, True), (False, False, False)])
@pytest.mark.parametrize("ends_on", [{4}, {4, 5}, {6, 5, 8}, {0}, {9}])
def test_the_first_case_of_the_plan_that_does_not_return_ends_a_run_whichever_box_is_faster(
    slow: tuple[bool, ...], ends_on: set[int]
) -> None:
    found = run(FakeBoxes(slow, ends_on))
    assert [trial.case for trial in found.trials] == PLAN[: min(ends_on) + 1]
    assert not any(trial.repeats for trial in found.trials)


def test_every_call_is_repeated_in_its_box_and_a_few_in_a_fresh_one() -> None:
    boxes = FakeBoxes((False, True), set())
    found = run(boxes)
    assert sorted(len(trial.repeats) for trial in found.trials) == [1] * 6 + [2] * 4
    for box in boxes.made:
        first = sorted(box.called[1 : len(box.called) // 2 + 1])
        assert first == sorted(box.called[len(box.called) // 2 + 1 :])
    assert not any(box.closed for box in boxes.made)


def test_a_fault_of_ours_in_one_box_closes_all() -> None:
    boxes = FakeBoxes((False, True), set())

    def tick(_: str, done: int, __: int) -> None:
        if done == 3:
            raise JudgeError("a fault")

    with pytest.raises(JudgeError, match="a fault"):
        run(boxes, tick)
    assert all(box.closed for box in boxes.made)
