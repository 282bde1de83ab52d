"""Two calls tell what one does not: params for every row, and a lifted layer that sees no batch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import cast

import numpy as np
import pytest

from grader.cases import Case
from grader.checks import Expected, Trial
from grader.edges import Value
from grader.observation import (
    Evidence,
    Input,
    Loaded,
    Observation,
    Outcome,
    Raised,
    Returned,
)
from grader.observer import Observer
from grader.pairs import note_growth, note_independence
from grader.spec import OutputSpec
from grader.trials import Run

ANSWER = Returned("jax", np.zeros(2, np.float32))
ONCE = Evidence(sets=(("params", 1),))


class FakeBox:
    """Answers calls with evidence made of the case, and keeps how it was asked."""

    def __init__(self, found: Callable[[Case], Evidence], outcome: Outcome = ANSWER) -> None:
        self._found, self._outcome = found, outcome
        self.asked: list[dict[str, bool]] = []

    def call(self, case: Case, **how: bool) -> Observation:
        self.asked.append(how)
        return Observation(self._outcome, self._found(case))

    def open(self, *_: object, **__: object) -> Observer:
        return cast(Observer, nullcontext(self))


def case(batch: int, fill: float = 1.0, features: int = 4, seed: int = 0) -> Case:
    arguments: dict[str, Value] = {
        "seed": seed,
        "x": np.full((batch, 3), fill, np.float32),
        "features": features,
    }
    return Case({"B": batch, "in_dim": 3, "features": features}, arguments)


def run_of(
    cases: list[Case],
    found: Callable[[Case], Evidence],
    wanted: Callable[[Case], Evidence] = lambda _: ONCE,
) -> Run:
    return Run(
        Loaded(),
        [
            Trial(
                one,
                OutputSpec(),
                Expected(ANSWER, wanted(one), np.zeros(2)),
                Observation(ANSWER, found(one)),
            )
            for one in cases
        ],
        [],
    )


def sets(count: int) -> Evidence:
    return Evidence(sets=(("params", count),))


def one_for_each_row(case: Case) -> Evidence:
    return sets(case.shape["B"])


def copied(run: Run) -> dict[int, str]:
    return {trial.case.shape["B"]: trial.copied for trial in run.trials if trial.copied}


def test_sets_that_grow_with_a_size_are_said_with_both_sizes() -> None:
    run = run_of([case(2), case(5)], one_for_each_row)
    box = FakeBox(one_for_each_row)
    note_growth(run, box.open)
    said = copied(run)[5]
    assert "creates 5 sets of params where B is 5, and 2 where it is 2" in said
    assert all(how["clear_caches"] for how in box.asked)


def test_sets_that_do_not_grow_cost_no_process() -> None:
    run = run_of([case(2), case(5)], lambda _: sets(3))
    note_growth(run, _no_process)
    assert not copied(run)


def test_what_was_made_once_and_kept_is_no_growth() -> None:
    made: list[int] = []

    def with_a_cache(_: Case) -> Evidence:
        made.append(1)
        return sets(len(made) if len(made) < 3 else 1)

    run = run_of([case(2), case(5)], lambda one: sets(1 if one.shape["B"] == 2 else 2))
    note_growth(run, FakeBox(with_a_cache).open)
    assert not copied(run)


def test_where_the_reference_makes_as_many_nothing_is_said() -> None:
    run = run_of([case(2), case(5)], one_for_each_row, one_for_each_row)
    note_growth(run, _no_process)
    assert not copied(run)


def test_shapes_that_differ_in_two_sizes_are_not_compared() -> None:
    run = run_of([case(2), case(5, features=7)], one_for_each_row)
    note_growth(run, _no_process)
    assert not copied(run)


def test_a_call_that_raises_when_asked_again_decides_nothing() -> None:
    run = run_of([case(2), case(5)], one_for_each_row)
    box = FakeBox(one_for_each_row, Raised("ValueError", "no"))
    note_growth(run, box.open)
    assert not copied(run)


def mapping(fingerprint: str, *shape: int) -> Evidence:
    return Evidence(inputs=frozenset({Input(shape or (3,), fingerprint)}))


def of_the_batch(one: Case) -> Evidence:
    return mapping(str(np.sum(one.arguments["x"])))


TWINS = [case(2, 1.0), case(2, 2.0)]


def independent(run: Run) -> set[str]:
    return {trial.independent for trial in run.trials} - {""}


@pytest.mark.parametrize("thoroughly", [False, True])
def test_what_is_mapped_must_differ_where_the_batch_does(thoroughly: bool) -> None:
    run = run_of(TWINS, lambda _: mapping("unit vectors"), of_the_batch)
    note_independence(run, _no_process, thoroughly=thoroughly)
    assert independent(run) == {"x"}


def test_a_lifted_module_that_sees_the_batch_is_not_marked() -> None:
    run = run_of(TWINS, of_the_batch, of_the_batch)
    note_independence(run, _no_process, thoroughly=True)
    assert not independent(run)


def test_inputs_that_differ_in_another_argument_tell_nothing() -> None:
    cases = [case(2, 1.0), case(2, 2.0, seed=5)]
    run = run_of(cases, lambda _: mapping("same"), of_the_batch)
    note_independence(run, _no_process, thoroughly=True)
    assert not independent(run)


def test_the_same_numbers_in_another_order_tell_nothing() -> None:
    one = case(2)
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    cases = [
        Case(one.shape, {**one.arguments, "x": rows}),
        Case(one.shape, {**one.arguments, "x": rows[::-1]}),
    ]
    run = run_of(cases, lambda _: mapping("sorted"), lambda c: mapping(str(c.arguments["x"])))
    note_independence(run, _no_process, thoroughly=True)
    assert not independent(run)


@pytest.mark.parametrize(
    ("found", "marked"), [(lambda _: mapping("same"), {"x"}), (of_the_batch, set())]
)
def test_what_a_jit_hides_is_asked_again_with_every_jit_off(
    found: Callable[[Case], Evidence], marked: set[str]
) -> None:
    run = run_of(TWINS, lambda _: mapping(""), of_the_batch)
    box = FakeBox(found)
    note_independence(run, box.open, thoroughly=True)
    assert independent(run) == marked
    assert all(how["without_jit"] for how in box.asked)


def test_what_a_jit_hides_costs_no_process_where_a_proof_is_there() -> None:
    run = run_of(TWINS, lambda _: mapping(""), of_the_batch)
    note_independence(run, _no_process, thoroughly=False)
    assert not independent(run)


def test_a_larger_input_beside_the_example_does_not_hide_that_it_is_fixed() -> None:
    def found(one: Case) -> Evidence:
        both = mapping("fixed").inputs | mapping(str(one.arguments["x"]), 2, 3).inputs
        return Evidence(inputs=both)

    run = run_of(TWINS, found, of_the_batch)
    note_independence(run, _no_process, thoroughly=False)
    assert independent(run) == {"x"}


def _no_process(*_: object, **__: object) -> Observer:
    raise AssertionError("a process was started")
