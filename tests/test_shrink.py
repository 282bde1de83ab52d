"""The search for a smaller counterexample: what it finds, what it may spend, what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from test_cases import CASES, TOML, source_of

from grader.cases import Case, CaseSource
from grader.catalog import Problem
from grader.shrink import Budget, Search, Shrunk, smallest
from grader.spec import ShrinkSpec

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Key = tuple[tuple[str, int], ...]
Fails = Callable[[Case], bool]
PATIENT = ShrinkSpec(seconds=60)


class Calls:
    """A predicate that remembers on which cases it was asked."""

    def __init__(self, fails: Fails) -> None:
        self._fails = fails
        self.cases: list[Case] = []

    def __call__(self, case: Case) -> bool:
        self.cases.append(case)
        return self._fails(case)


def shapes_of(cases: list[Case]) -> set[Key]:
    return {case.shape_key for case in cases}


def search(
    source: CaseSource, plan: list[Case], fails: Fails, start: Case, spec: ShrinkSpec = PATIENT
) -> Shrunk:
    return Search(source, Budget(spec, shapes_of(plan)), fails, seed=3).run(start)


def largest(plan: list[Case]) -> Case:
    return max(plan, key=lambda case: sum(case.shape.values()))


def array(case: Case, name: str) -> Array:
    value = case.arguments[name]
    assert isinstance(value, np.ndarray)
    return value


# --- what it finds, on the cases of the first exercise


@pytest.fixture(scope="module")
def source(problem: Problem) -> CaseSource:
    """The cases of the first exercise."""
    return CaseSource(problem.cases, problem.spec)


@pytest.fixture(scope="module")
def plan(source: CaseSource) -> list[Case]:
    """Pinned cases and drawn ones of a few shapes."""
    return source.draw(25, 4, 11)


def test_where_everything_fails_the_smallest_shape_is_found(
    source: CaseSource, plan: list[Case]
) -> None:
    found = search(source, plan, lambda _: True, largest(plan))
    assert dict(found.case.shape) == {"B": 1, "in_dim": 1, "features": 1}


def test_the_smallest_shape_known_to_fail_is_found(source: CaseSource, plan: list[Case]) -> None:
    def fails(case: Case) -> bool:
        return case.shape["B"] > 1 and case.shape["features"] > 2

    known = smallest(case for case in plan if fails(case))
    spec = ShrinkSpec(seconds=60, new_shapes=0)
    found = search(source, plan, fails, largest(plan), spec)
    assert fails(found.case)
    assert found.case.shape_key == known.shape_key


def test_a_new_shape_smaller_than_the_known_ones_is_found(
    source: CaseSource, plan: list[Case]
) -> None:
    big = [case for case in plan if sum(case.shape.values()) > 20]
    found = search(source, big, lambda _: True, big[0])
    assert sum(found.case.shape.values()) < min(sum(dict(key).values()) for key in shapes_of(big))


def test_values_shrink_at_the_shape_that_failed(source: CaseSource, plan: list[Case]) -> None:
    start = plan[0]
    spec = ShrinkSpec(seconds=60, new_shapes=0)
    found = search(source, [start], lambda case: bool(array(case, "x_batch").any()), start, spec)
    assert found.case.shape_key == start.shape_key
    counting = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(array(found.case, "x_batch"), counting)
    assert found.case.arguments["seed"] == 0


def test_an_argument_that_does_not_matter_becomes_the_simplest(
    source: CaseSource, plan: list[Case]
) -> None:
    start = next(case for case in plan if case.arguments["seed"] == 2**31 - 1)
    spec = ShrinkSpec(seconds=60, new_shapes=0)
    found = search(
        source, [start], lambda case: bool((array(case, "x_batch") < 0).any()), start, spec
    )
    assert found.case.arguments["seed"] == 0


def test_a_value_that_alone_fails_is_kept(source: CaseSource, plan: list[Case]) -> None:
    start = next(case for case in plan if case.arguments["seed"] == 2**31 - 1)
    spec = ShrinkSpec(seconds=60, new_shapes=0)
    found = search(source, [start], lambda case: case.arguments["seed"] == 2**31 - 1, start, spec)
    counting = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
    assert found.case.arguments["seed"] == 2**31 - 1
    np.testing.assert_array_equal(array(found.case, "x_batch"), counting)


def test_where_nothing_else_fails_the_start_comes_back(
    source: CaseSource, plan: list[Case]
) -> None:
    start = largest(plan)
    found = search(source, plan, lambda case: case.id == start.id, start)
    assert found.case.id == start.id


# --- what it spends and says, on cases that are cheap to draw


@pytest.fixture
def tiny(tmp_path: Path) -> CaseSource:
    """Cases of an array of length B, from 1 to 9, and an integer n."""
    return source_of(tmp_path)


@pytest.fixture
def few(tiny: CaseSource) -> list[Case]:
    """The pinned cases, B = 2 and B = 1, and drawn ones of three shapes."""
    return tiny.draw(12, 3, 5)


def odd(case: Case) -> bool:
    n = case.arguments["n"]
    return isinstance(n, int) and n % 2 == 1 and case.shape["B"] > 1


def failing(few: list[Case]) -> Case:
    return largest([case for case in few if odd(case)])


def test_a_value_becomes_the_smallest_that_still_fails(tiny: CaseSource) -> None:
    start = tiny.make({"B": 1}, {"x": np.ones(1, np.float32), "n": 1000})

    def fails(case: Case) -> bool:
        n = case.arguments["n"]
        return isinstance(n, int) and n > 10

    found = search(tiny, [start], fails, start).case
    assert found.arguments["n"] == 11
    assert array(found, "x").tolist() == [0.0]


def test_a_start_that_never_fails_again_comes_back(tiny: CaseSource, few: list[Case]) -> None:
    assert search(tiny, few, lambda _: False, few[0]).case.id == few[0].id


def test_what_comes_back_failed_and_is_no_larger(tiny: CaseSource, few: list[Case]) -> None:
    start = failing(few)
    found = search(tiny, few, odd, start).case
    assert odd(found)
    assert found.shape["B"] <= start.shape["B"]


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_no_more_calls_are_made_than_allowed(tiny: CaseSource, few: list[Case], limit: int) -> None:
    calls = Calls(odd)
    found = search(tiny, few, calls, failing(few), ShrinkSpec(seconds=60, calls=limit))
    assert len(calls.cases) == limit
    assert found.note == (
        f"failing input (the search for a smaller one stopped at its {limit} calls)"
    )


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_more_new_shapes_are_tried_than_allowed(
    tiny: CaseSource, few: list[Case], limit: int
) -> None:
    def fails(case: Case) -> bool:
        return case.shape["B"] > 4

    calls, start = Calls(fails), tiny.make({"B": 9}, {"x": np.zeros(9, np.float32), "n": 0})
    search(tiny, [start], calls, start, ShrinkSpec(seconds=60, new_shapes=limit))
    assert len(shapes_of(calls.cases) - {start.shape_key}) == limit


def test_no_case_is_asked_twice(tiny: CaseSource, few: list[Case]) -> None:
    calls, start = Calls(odd), failing(few)
    search(tiny, few, calls, start)
    asked = [case.id for case in calls.cases]
    assert len(set(asked)) == len(asked)
    assert start.id not in asked


def test_the_start_is_known_to_fail_and_is_not_asked(tiny: CaseSource) -> None:
    start = tiny.make({"B": 1}, {"x": np.ones(1, np.float32), "n": 1000})
    calls = Calls(lambda case: case.id == start.id)
    assert search(tiny, [start], calls, start).case.id == start.id
    assert start.id not in [case.id for case in calls.cases]


def test_a_search_without_time_gives_the_start_and_says_so(
    tiny: CaseSource, few: list[Case]
) -> None:
    calls, start = Calls(odd), failing(few)
    found = search(tiny, few, calls, start, ShrinkSpec(seconds=1e-9))
    assert (found.case.id, calls.cases) == (start.id, [])
    assert "the search for a smaller one stopped at its 1e-09 seconds" in found.note


def test_a_search_that_came_to_its_end_says_so(tiny: CaseSource, few: list[Case]) -> None:
    found = search(tiny, few, odd, failing(few), ShrinkSpec(seconds=60, calls=10_000))
    assert found.note == "smallest failing input found"


def test_the_same_search_finds_the_same_case(tiny: CaseSource, few: list[Case]) -> None:
    runs = [Calls(odd), Calls(odd)]
    found = [search(tiny, few, calls, failing(few)) for calls in runs]
    assert (found[0].case.id, found[0].note) == (found[1].case.id, found[1].note)
    assert [case.id for case in runs[0].cases] == [case.id for case in runs[1].cases]


def test_a_problem_without_named_sizes_can_be_searched(tmp_path: Path) -> None:
    array = 'kind = "jax"\ndtype = "float32"\nshape = ["B"]'
    cases = CASES.replace('st.fixed_dictionaries({"B": st.integers(1, 9)})', "st.just({})")
    cases = cases.replace('hnp.arrays(np.float32, shape["B"])', "st.integers()")
    toml = TOML.replace(array, 'kind = "int"').replace("[sizes]\nB = [1, 9]\n", "")
    source = source_of(tmp_path, cases, toml)
    start = source.make({}, {"x": 5, "n": 1000})

    assert not search(source, [start], lambda _: True, start).case.arguments["n"]


def test_of_several_cases_the_smallest_is_the_first_of_the_smallest_shape() -> None:
    big, small, twin = Case({"B": 3}, {"n": 1}), Case({"B": 2}, {"n": 2}), Case({"B": 2}, {"n": 3})
    assert smallest([big, small, twin]) is small
