"""The ends of what may come get a case each, unless the author has pinned one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_cases import source_of, spec_of
from test_spec import MINIMAL

from grader import edges
from grader.edges import Given
from grader.errors import SpecError
from grader.spec import ProblemSpec

TWO_SIZES = MINIMAL.replace('shape = ["B"]', 'shape = ["B", "D"]').replace(
    "B = [1, 9]", "B = [1, 9]\nD = [2, 4]"
)
WITH_INT = TWO_SIZES + '\n[[arguments]]\nname = "n"\nkind = "int"\nrange = [0, 100]\n'


@pytest.fixture
def spec(tmp_path: Path) -> ProblemSpec:
    """A problem of an array of B times D, and an int."""
    return spec_of(tmp_path, WITH_INT)


def given(batch: int, width: int, number: int, *values: float) -> Given:
    x = np.zeros((batch, width), np.float32)
    x.flat[: len(values)] = values
    return {"B": batch, "D": width}, {"x": x, "n": number}


def test_each_size_and_int_has_both_ends_alone_and_all_ends_come_together(
    spec: ProblemSpec,
) -> None:
    assert edges.missing_ends(spec, [given(3, 3, 5)]) == [
        {"B": 1},
        {"B": 9},
        {"D": 2},
        {"D": 4},
        {"n": 0},
        {"n": 100},
        {"B": 1, "D": 2, "n": 0},
        {"B": 9, "D": 4, "n": 100},
    ]


def test_what_is_pinned_is_not_missing(spec: ProblemSpec) -> None:
    pinned = [given(1, 3, 5), given(3, 4, 5), given(3, 3, 0), given(9, 4, 100)]
    missing = edges.missing_ends(spec, pinned)
    assert missing == [{"B": 9}, {"D": 2}, {"n": 100}, {"B": 1, "D": 2, "n": 0}]


def test_an_end_counts_only_where_all_other_sizes_are_inside_of_their_ranges(
    spec: ProblemSpec,
) -> None:
    assert {"B": 1} in edges.missing_ends(spec, [given(1, 4, 5)])
    assert {"n": 0} in edges.missing_ends(spec, [given(3, 2, 0)])


def test_a_range_of_one_value_has_one_end_and_keeps_none_from_being_inside(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, TWO_SIZES.replace("D = [2, 4]", "D = [2, 2]"))
    x = np.zeros((1, 2), np.float32)
    missing = edges.missing_ends(spec, [({"B": 1, "D": 2}, {"x": x})])
    assert missing == [{"B": 9}, {"D": 2}, {"B": 9, "D": 2}]


def test_an_array_without_both_extremes_is_named(spec: ProblemSpec) -> None:
    def missing(*pinned: Given) -> list[str]:
        return [one.name for one in edges.missing_extremes(spec, pinned)]

    assert missing(given(3, 3, 5, 1e4)) == ["x"]
    assert missing(given(3, 3, 5, 1e4), given(3, 3, 5, -1e4)) == []
    assert missing(given(3, 3, 5, 9999, -9999)) == ["x"]


def test_extremes_take_turns_and_have_the_dtype_of_their_array(spec: ProblemSpec) -> None:
    array = edges.with_extremes(spec.arguments[0], np.zeros((2, 3), np.float32))
    assert array.tolist() == [[1e4, -1e4, 1e4], [-1e4, 1e4, -1e4]]
    assert array.dtype == np.float32


def test_extremes_of_wide_integers_are_exact(tmp_path: Path) -> None:
    toml = MINIMAL.replace("float32", "uint8").replace("[-1e4, 1e4]", "[0, 255]")
    array = edges.with_extremes(spec_of(tmp_path, toml).arguments[0], np.zeros(3, np.uint8))
    assert array.tolist() == [255, 0, 255]


def test_a_range_that_the_dtype_has_not_is_the_authors_fault(tmp_path: Path) -> None:
    toml = MINIMAL.replace("float32", "int8").replace("[-1e4, 1e4]", "[0, 300]")
    spec = spec_of(tmp_path, toml)
    with pytest.raises(SpecError, match=r"^x: .*int8"):
        edges.with_extremes(spec.arguments[0], np.zeros(3, np.int8))


NOT_FINITE = MINIMAL.replace("range = [-1e4, 1e4]", "range = [-1e4, 1e4]\nnonfinite = true")


def test_numbers_that_are_not_finite_come_in_the_last_entry_alone(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, NOT_FINITE)
    x = np.array([1, 2, 3], np.float32)
    arrays = [np.asarray(one["x"]) for one in edges.nonfinite_variants(spec, {"x": x})]
    assert [repr(float(one[-1])) for one in arrays] == ["nan", "inf", "-inf"]
    assert all(one[:-1].tolist() == [1, 2] for one in arrays)
    assert x.tolist() == [1, 2, 3]


def test_where_a_problem_has_no_such_numbers_none_come(spec: ProblemSpec) -> None:
    assert list(edges.nonfinite_variants(spec, given(3, 3, 5)[1])) == []


CASES = """\
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


def shapes():
    return st.fixed_dictionaries({"B": st.integers(1, 9), "D": st.integers(2, 4)})


def arguments(shape):
    drawn = hnp.arrays(np.float32, (shape["B"], shape["D"]), elements=st.just(np.float32(7)))
    return {"x": drawn, "n": st.integers(0, 100)}


def pinned():
    return [({"B": 5, "D": 3}, {"x": np.ones((5, 3), np.float32), "n": 6})]
"""


def test_the_judge_pins_what_the_author_does_not_and_keeps_what_is_no_end(tmp_path: Path) -> None:
    source = source_of(tmp_path, CASES, WITH_INT)
    pinned = source.pinned()
    facts = [(case.shape["B"], case.shape["D"], case.arguments["n"]) for case in pinned]
    ends = [(1, 3, 6), (9, 3, 6), (5, 2, 6), (5, 4, 6), (5, 3, 0), (5, 3, 100)]
    assert facts == [(5, 3, 6), *ends, (1, 2, 0), (9, 4, 100), (5, 3, 6)]
    assert edges.missing_ends(source._spec, [case.given for case in pinned]) == []
    assert not list(edges.missing_extremes(source._spec, [case.given for case in pinned]))


def test_what_is_drawn_for_an_end_is_the_same_in_every_run(tmp_path: Path) -> None:
    cases = CASES.replace("st.just(np.float32(7))", "st.floats(-9, 9, width=32)")
    found = [source_of(tmp_path, cases, WITH_INT).pinned() for _ in range(2)]
    assert [case.id for case in found[0]] == [case.id for case in found[1]]


def test_an_end_that_cannot_be_drawn_is_the_authors_fault(tmp_path: Path) -> None:
    cases = CASES.replace("    drawn =", "    assert shape['B'] < 9\n    drawn =")
    with pytest.raises(SpecError, match=r"cases\.py: .*B is 9.*AssertionError"):
        source_of(tmp_path, cases, WITH_INT).pinned()


def test_a_case_is_finite_unless_some_float_is_not(tmp_path: Path) -> None:
    source = source_of(tmp_path, CASES, WITH_INT + "")
    base = source.pinned()[0]
    array: np.ndarray[Any, Any] = np.array(base.arguments["x"])
    array[0, 0] = np.inf
    assert base.is_finite
    assert not source.make(base.shape, {**base.arguments, "x": array}).is_finite


def test_cases_with_odd_numbers_are_no_pinned_ones(tmp_path: Path) -> None:
    toml = WITH_INT.replace("range = [-1e4, 1e4]", "range = [-1e4, 1e4]\nnonfinite = true")
    source = source_of(tmp_path, CASES, toml)
    assert [case.is_finite for case in source.nonfinite()] == [False] * 3
    assert all(case.is_finite for case in source.draw(40, 4, 0))
