"""A run: what is dealt to which box, what ends it, and how much of it is kept."""

from __future__ import annotations

import time
from collections.abc import Set
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from grader.cases import Case
from grader.checks import Expected
from grader.errors import JudgeError
from grader.lanes import deal
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
from grader.observer import Printed
from grader.spec import Criterion, Limits, OutputSpec
from grader.trials import Run, Runner, Tick

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


WRONG = Returned("jax", np.zeros(2, np.float32))


class FakeBox:
    """Is slow where it is told to be; on some cases does not return, or answers wrong."""

    def __init__(self, slow: bool, ends_on: Set[int], wrong_on: Set[int]) -> None:
        self._slow, self._ends_on, self._wrong_on = slow, ends_on, wrong_on
        self.limits, self.called, self.printed = Limits(), [0], b"imported\n"
        self.closed = False

    def load(self, *_: object) -> Loaded:
        return Loaded()

    def call(self, case: Case) -> Observation:
        self.called.append(int(str(case.arguments["seed"])))
        self.printed += b"%d\n" % self.called[-1]
        time.sleep(0.02 if self._slow else 0)
        if case.arguments["seed"] in self._ends_on:
            return Observation(Raised("ValueError", "no"))
        return Observation(WRONG if case.arguments["seed"] in self._wrong_on else GOOD)

    def take_printed(self) -> Printed:
        printed, self.printed = self.printed, b""
        return Printed(printed, 0)

    def close(self) -> None:
        self.closed = True


class FakeBoxes:
    """Gives boxes, of which some are slow."""

    def __init__(
        self, slow: tuple[bool, ...], ends_on: Set[int], wrong_on: Set[int] = frozenset()
    ) -> None:
        values = Criterion(id="values", title="The values", check="values", points=1)
        self.spec = SimpleNamespace(output=OutputSpec(), criteria=[values])
        self.made = [FakeBox(one, ends_on, wrong_on) for one in slow]
        self._next = iter(self.made)

    def close(self) -> None:
        for box in self.made:
            box.close()

    def start(self, cases: int = 1) -> FakeBox:  # noqa: ARG002
        return next(self._next)

    def open(self, *_: object) -> FakeBox:
        return FakeBox(False, set(), set())


def run(
    boxes: FakeBoxes, tick: Tick = lambda *_: None, plan: list[Case] = PLAN
) -> tuple[Run, Runner, Any]:
    expected = Expected(GOOD, Evidence(), np.zeros(2))
    reference: Any = SimpleNamespace(expect=lambda _: expected)
    jobs = len(boxes.made)
    submission: Any = SimpleNamespace(source="", path=SimpleNamespace(name="x.py"))
    runner = Runner(boxes, reference, plan, 1, tick, jobs)  # type: ignore[arg-type]
    return runner.run(submission), runner, submission


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
    found, _, _ = run(FakeBoxes(slow, ends_on))
    assert [trial.case for trial in found.trials] == PLAN[: min(ends_on) + 1]
    assert not found.returned
    printed = ["imported", *map(str, range(min(ends_on) + 1))]
    assert found.printed.split() == printed


@pytest.mark.parametrize("slow", [(True, False), (False, True), (False, False, True)])
def test_what_is_called_later_never_meets_a_box_that_we_have_ended(slow: tuple[bool, ...]) -> None:
    found, _, _ = run(FakeBoxes(slow, {0}))
    later = [found.box, *map(found.box_of, [*PLAN, Case({"B": 9}, {"seed": 1})])]
    assert not any(cast(FakeBox, box).closed for box in later)


SHAPES = [  # two cases of each; the second and the fourth shape are not in general position
    Case({"B": size, "F": other}, {"seed": 2 * number + again})
    for number, (size, other) in enumerate([(2, 3), (1, 3), (3, 2), (2, 2), (4, 2), (5, 2), (6, 2)])
    for again in (0, 1)
]


@pytest.mark.parametrize("slow", [(True, False), (False, True), (False,), (True, False, False)])
@pytest.mark.parametrize(
    ("wrong_on", "called"),
    [
        (set(range(14)), 11),  # shapes 0, 2, 4 and 5 are the first four; 10 is the first of 5
        ({1, 5, 9, 11}, 12),
        ({0, 1, 4, 5, 8}, 14),
        ({2, 3, 6, 7, 0, 4, 8}, 14),
        ({0, 4, 13, 10}, 14),
        (set(), 14),
    ],
)
def test_four_shapes_with_wrong_answers_are_enough_whichever_box_is_faster(
    slow: tuple[bool, ...], wrong_on: set[int], called: int
) -> None:
    found, _, _ = run(FakeBoxes(slow, set(), wrong_on), plan=SHAPES)
    assert [trial.case for trial in found.trials] == SHAPES[:called]
    assert found.returned


def test_every_shape_is_called_again_in_its_box_and_a_few_in_a_fresh_one() -> None:
    boxes, beside = FakeBoxes((False, True), set()), []
    found, runner, submission = run(boxes, plan=[*PLAN, *PLAN])
    calls = [list(box.called[1:]) for box in boxes.made]
    runner.repeat(found, submission, [lambda: beside.append(1)])
    assert sum(len(trial.repeats) for trial in found.trials) == 3 * 4 + 4
    for box, before in zip(boxes.made, calls, strict=True):
        again = box.called[len(before) + 1 :]
        assert set(again) <= set(before)
        assert again != sorted(again)
    assert beside == [1]
    assert not any(box.closed for box in boxes.made)


def test_what_goes_wrong_beside_the_repeats_closes_all_boxes() -> None:
    boxes = FakeBoxes((False, True), set())
    found, runner, submission = run(boxes)

    def beside() -> None:
        raise JudgeError("a fault")

    with pytest.raises(JudgeError, match="a fault"):
        runner.repeat(found, submission, [beside])
    assert all(box.closed for box in boxes.made)


def test_a_fault_of_ours_in_one_box_closes_all() -> None:
    boxes = FakeBoxes((False, True), set())

    def tick(_: str, done: int, __: int) -> None:
        if done == 3:
            raise JudgeError("a fault")

    with pytest.raises(JudgeError, match="a fault"):
        run(boxes, tick)
    assert all(box.closed for box in boxes.made)
