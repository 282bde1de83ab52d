"""Twins are equal but for one argument, lie inside the ranges, and meet in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_cases import CASES, source_of, spec_of
from test_edges import WITH_INT, given

from grader import twins
from grader.cases import CONFIRMING, SHAPES_IN_TURN, Case, CaseSource, _shares
from grader.catalog import Problem
from grader.edges import Given
from grader.lanes import deal
from grader.spec import ProblemSpec

BASE = given(3, 3, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9)


@pytest.fixture
def spec(tmp_path: Path) -> ProblemSpec:
    """A problem of an array of B times D, and an int of up to 100."""
    return spec_of(tmp_path, WITH_INT)


def array(one: Given) -> np.ndarray[Any, Any]:
    return np.asarray(one[1]["x"])


def all_twins(spec: ProblemSpec, base: Given = BASE) -> list[Given]:
    return [*twins.near_twins(spec, base), *twins.far_twins(spec, base, [base])]


def test_the_base_comes_first_and_no_twin_comes_twice(spec: ProblemSpec) -> None:
    found = all_twins(spec)
    assert found[0] is BASE
    keys = [(array(one).tobytes(), one[1]["n"]) for one in found]
    assert len(keys) == len(set(keys)) == 8


def test_every_twin_differs_from_the_base_in_one_argument_alone(spec: ProblemSpec) -> None:
    for one in all_twins(spec)[1:]:
        differs = [not np.array_equal(array(one), array(BASE)), one[1]["n"] != BASE[1]["n"]]
        assert sum(differs) == 1
        assert one[0] == BASE[0]


FORGETFUL: dict[str, Callable[[np.ndarray[Any, Any]], object]] = {
    "its first row": lambda x: x[0].tobytes(),
    "its last row": lambda x: x[-1].tobytes(),
    "its first entry": lambda x: x.flat[0],
    "its sum": lambda x: float(x.sum()),
    "the sums of its rows": lambda x: x.sum(1).tobytes(),
    "what it holds, in no order": lambda x: tuple(sorted(x.ravel())),
    "two digits of each entry": lambda x: [f"{value:.1e}" for value in x.ravel()],
    "its largest entry": lambda x: x.max(),
    "nothing": lambda x: x.shape,
}


LATER_ALONE = ("two digits of each entry", "its last row")


@pytest.mark.parametrize("key", FORGETFUL)
@pytest.mark.parametrize("far", [False, True])
def test_who_remembers_an_array_by_less_than_all_of_it_meets_a_twin(
    key: str, far: bool, spec: ProblemSpec
) -> None:
    found = twins.far_twins(spec, BASE, [BASE])
    if not far and key not in LATER_ALONE:
        found = twins.near_twins(spec, BASE)
    forget = FORGETFUL[key]
    changed = [one for one in found if array(one).tobytes() != array(BASE).tobytes()]
    assert any(forget(array(one)) == forget(array(BASE)) for one in changed)


def test_twins_of_arrays_lie_inside_the_range(spec: ProblemSpec) -> None:
    extreme = given(3, 3, 5, *[1e4, -1e4] * 4, 1e4)
    for one in all_twins(spec, extreme):
        assert np.abs(array(one)).max() <= 1e4
    last = [array(one).flat[-1] for one in twins.near_twins(spec, extreme)]
    assert {1e4, 9999} <= {float(value) for value in last}


def test_twins_of_an_int_lie_inside_its_range_and_some_share_its_low_bytes(tmp_path: Path) -> None:
    def others(largest: int, value: int) -> list[object]:
        spec = spec_of(tmp_path, WITH_INT.replace("[0, 100]", f"[0, {largest}]"))
        return [one[1]["n"] for one in all_twins(spec, given(2, 3, value)) if one[1]["n"] != value]

    assert others(100, 5) == [6]
    assert others(100, 100) == [99]
    assert others(1 << 20, 5) == [6, 5 + (1 << 16)]
    assert others(1 << 20, 1 << 20) == [(1 << 20) - 1, (1 << 20) - (1 << 16)]
    assert others(0, 0) == []


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "float16"])
def test_arrays_of_any_dtype_have_twins(dtype: str, tmp_path: Path) -> None:
    old, new = "range = [-1e4, 1e4]\n", "" if dtype == "bool" else "range = [0, 3]\n"
    spec = spec_of(tmp_path, WITH_INT.replace("float32", dtype).replace(old, new))
    x = np.array([[0, 1, 0], [1, 1, 0]]).astype(dtype)
    found = all_twins(spec, ({"B": 2, "D": 3}, {"x": x, "n": 5}))
    assert len({array(one).tobytes() for one in found}) > 3
    assert {array(one).dtype for one in found} == {np.dtype(dtype)}


def test_a_base_is_in_general_position_and_of_whole_numbers_if_there_is_one() -> None:
    halves, zeros, square = given(2, 3, 5, 0.5), given(2, 3, 5), given(3, 3, 5, 1)
    whole = given(2, 3, 5, 1, 2)
    assert twins.choose_base([square, halves, zeros, whole]) is whole
    assert twins.choose_base([square, halves, zeros]) is halves
    assert twins.choose_base([square]) is square


def cut(spec: ProblemSpec, *pinned: Given) -> Iterator[Given]:
    for one in twins.far_twins(spec, BASE, pinned):
        if one[0] != BASE[0]:
            yield one


def test_a_pinned_case_is_cut_to_another_shape_that_differs_in_one_size(spec: ProblemSpec) -> None:
    small, large = given(2, 3, 5), given(9, 3, 8, 4, 5, 6, 7, 8, 9, 10)
    (found,) = cut(spec, small, large)
    assert found[0] == small[0]
    assert found[1]["n"] == 8
    assert array(found).tolist() == [[4, 5, 6], [7, 8, 9]]


def test_an_int_that_is_a_size_is_cut_with_it(problem: Problem) -> None:
    source = CaseSource(problem.cases, problem.spec)
    for case in source._twins[1]:
        assert case.arguments["features"] == case.shape["features"]
        assert np.shape(case.arguments["x_batch"]) == (case.shape["B"], case.shape["in_dim"])


def test_shapes_that_differ_in_two_sizes_are_no_twins(spec: ProblemSpec) -> None:
    assert list(cut(spec, given(2, 3, 5), given(9, 4, 8))) == []


# --- where they stand


def test_every_run_has_twins_right_after_the_pinned_cases_and_behind_a_dozen(
    problem: Problem,
) -> None:
    source = CaseSource(problem.cases, problem.spec)
    near, far = ([case.id for case in part] for part in source._twins)
    for seed in (0, 1):
        plan = [case.id for case in source.draw(100, 16, seed)]
        begin = len(source.pinned())
        assert plan[begin : begin + len(near)] == near
        begin += len(near) + CONFIRMING
        assert plan[begin : begin + len(far)] == far
        assert source.confirming(100) == begin + len(far)


def test_twins_are_of_shapes_that_the_pinned_cases_have(problem: Problem) -> None:
    source = CaseSource(problem.cases, problem.spec)
    shapes = {case.shape_key for case in source.pinned()}
    assert {case.shape_key for part in source._twins for case in part} <= shapes


@pytest.mark.parametrize("count", [1, 5, 14, 20, 30])
def test_a_short_plan_confirms_no_more_than_it_has(count: int, tmp_path: Path) -> None:
    source = source_of(tmp_path, CASES)
    assert len(source.draw(count, 4, 0)) == count
    assert source.confirming(count) <= count


@pytest.mark.parametrize(("wanted", "shapes"), [(3, 1), (12, 4), (13, 5), (40, 16), (80, 16)])
def test_all_cases_are_shared_out_and_the_first_shapes_have_enough_to_confirm(
    wanted: int, shapes: int
) -> None:
    shares = _shares(wanted, shapes)
    assert (len(shares), sum(shares)) == (shapes, wanted)
    assert sum(shares[:SHAPES_IN_TURN]) >= min(CONFIRMING, wanted)
    assert min(shares) >= 0


def test_shapes_that_differ_in_one_size_and_share_all_ints_are_for_one_lane() -> None:
    shapes = [(2, 3, 1), (4, 5, 1), (9, 3, 1), (4, 5, 2), (9, 7, 1), (8, 8, 3)]
    plan = [Case({"B": b, "D": d}, {"n": n}) for b, d, n in shapes]
    lane_of = {one: number for number, lane in enumerate(deal(plan, 6)) for one in lane}
    assert lane_of[0] == lane_of[2] == lane_of[4]
    assert lane_of[1] == lane_of[3]  # of one shape
    assert len({lane_of[0], lane_of[1], lane_of[5]}) == 3


def test_a_shape_that_links_two_groups_puts_all_of_them_in_one_lane() -> None:
    shapes = [(2, 3), (4, 5), (2, 5)]
    plan = [Case({"B": b, "D": d}, {"n": 1}) for b, d in shapes]
    assert deal(plan, 3) == [[0, 1, 2]]


def test_who_has_another_int_may_be_in_another_lane() -> None:
    plan = [Case({"B": 2, "D": 3}, {"n": 1}), Case({"B": 4, "D": 3}, {"n": 2})]
    assert deal(plan, 2) == [[0], [1]]
