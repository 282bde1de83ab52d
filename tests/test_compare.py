"""Laws of the comparator: nothing wrong gets through, and nothing right is turned away."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_wire import any_array

from grader.compare import (
    MAX_DIFFERENCES,
    NOT_FLAT,
    Places,
    ValueMismatch,
    allowed_error,
    compare_values,
    describe_type_mismatch,
    errors,
    largest_fraction,
    same_bits,
)
from grader.observation import Died, NotAnArray, Returned
from grader.spec import OutputSpec, Tolerance

Array = np.ndarray[Any, Any]
LAWS = settings(max_examples=80)
NOWHERE = Places((), ())
NAN, INF = math.nan, math.inf
SPECIALS = [
    (expected, actual)
    for expected in (1.0, NAN, INF, -INF)
    for actual in (1.0, NAN, INF, -INF)
    if not (expected == actual or (math.isnan(expected) and math.isnan(actual)))
]
entries = st.integers(-1000, 1000).map(float)
allowances = st.integers(0, 400).map(lambda quarters: quarters / 4)


def compare(expected: Array, actual: Array, allowed: object) -> ValueMismatch | None:
    wide = np.broadcast_to(np.asarray(allowed, dtype=np.float64), expected.shape)
    return compare_values(expected, actual, wide, NOWHERE)


def mismatch(expected: Array, actual: Array) -> str | None:
    return describe_type_mismatch(Returned("jax", expected), Returned("jax", actual))


@LAWS
@given(any_array)
def test_an_array_of_any_type_equals_itself(array: Array) -> None:
    copy = array.copy()
    assert mismatch(array, copy) is None
    assert not errors(array, copy).any()
    assert compare(array, copy, 0.0) is None
    assert largest_fraction(array, copy, np.zeros(array.shape)) == 0
    assert same_bits(array, copy)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_is_not_finite_equals_itself(dtype: str) -> None:
    array = np.array([NAN, INF, -INF, 0.0], dtype)
    assert compare(array, array.copy(), 0.0) is None
    assert largest_fraction(array, array.copy(), np.zeros(4)) == 0


def test_a_signalling_nan_is_a_nan_and_raises_no_warning() -> None:
    signalling = np.array([0x7F800001], np.uint32).view(np.float32)
    assert compare(signalling, np.array([NAN], np.float32), 0.0) is None
    assert compare(np.ones(1, np.float32), signalling, 0.0) is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [((3,), (3, 1)), ((3,), (1,)), ((15,), (3, 5)), ((), (1,)), ((0,), (0, 1)), ((2, 2), (4,))],
)
def test_a_shape_that_would_broadcast_or_reshape_is_wrong(
    wanted: tuple[int, ...], found: tuple[int, ...]
) -> None:
    for one, other in ((wanted, found), (found, wanted)):
        text = mismatch(np.zeros(one), np.zeros(other))
        assert (text or "").removesuffix(NOT_FLAT) == f"returned shape {other}, expected {one}"


@pytest.mark.parametrize(
    ("wanted", "found", "said"),
    [((15,), (3, 5), True), ((3,), (3, 1), True), ((1,), (), False), ((6, 1), (2, 3), False)],
)
def test_what_only_lacks_to_be_flattened_is_said_to(
    wanted: tuple[int, ...], found: tuple[int, ...], said: bool
) -> None:
    assert (mismatch(np.zeros(wanted), np.zeros(found)) or "").endswith(NOT_FLAT) is said


@LAWS
@given(any_array, any_array)
def test_only_the_same_shape_and_dtype_are_right(one: Array, other: Array) -> None:
    same = one.shape == other.shape and one.dtype == other.dtype
    assert (mismatch(one, other) is None) == same


def test_another_dtype_is_wrong_though_the_values_are_equal() -> None:
    text = mismatch(np.zeros(3, np.float32), np.zeros(3, np.float64))
    assert text == "returned dtype float64, expected float32"


def test_a_value_that_is_no_array_is_named() -> None:
    expected = Returned("jax", np.zeros(3))
    text = describe_type_mismatch(expected, NotAnArray("list"))
    assert text == "returned a list, not a jax or numpy array"
    assert describe_type_mismatch(expected, Died("SIGSEGV", -11)) is not None


@pytest.mark.parametrize("expected", ["jax", "numpy"])
@pytest.mark.parametrize("found", ["jax", "numpy"])
def test_a_jax_array_and_a_numpy_array_are_equally_good(expected: str, found: str) -> None:
    array = np.arange(3, dtype=np.float32)
    assert describe_type_mismatch(Returned(expected, array), Returned(found, array)) is None


@LAWS
@given(st.data(), st.lists(entries, min_size=1, max_size=40), st.booleans())
def test_an_error_above_the_allowed_one_is_found_wherever_it_lies(
    data: st.DataObject, values: list[float], upwards: bool
) -> None:
    expected = np.array(values)
    allowed = np.array(data.draw(st.lists(allowances, min_size=len(values), max_size=len(values))))
    index = data.draw(st.integers(0, len(values) - 1))
    actual = expected.copy()
    actual[index] += (allowed[index] + 0.25) * (1 if upwards else -1)
    found = compare(expected, actual, allowed)
    assert found is not None
    assert found.worst.index == found.differences[0].index == index
    assert (found.wrong_entries, found.entries) == (1, len(values))
    assert largest_fraction(expected, actual, allowed) > 1


@LAWS
@given(st.lists(st.tuples(entries, allowances, st.sampled_from([-1, 0, 1])), max_size=40))
def test_an_error_of_just_the_allowed_size_is_right(rows: list[tuple[float, float, int]]) -> None:
    expected = np.array([value for value, _, _ in rows])
    allowed = np.array([allowance for _, allowance, _ in rows])
    actual = expected + allowed * np.array([sign for _, _, sign in rows])
    assert compare(expected, actual, allowed) is None
    assert largest_fraction(expected, actual, allowed) <= 1


@pytest.mark.parametrize("allowed", [0.0, 1e9, INF])
@pytest.mark.parametrize(("expected", "actual"), SPECIALS)
def test_no_allowance_forgives_a_nan_or_an_infinity(
    expected: float, actual: float, allowed: float
) -> None:
    found = compare(np.array([0.0, expected]), np.array([0.0, actual]), allowed)
    assert found is not None
    assert [difference.index for difference in found.differences] == [1]
    assert errors(np.array([expected]), np.array([actual])).tolist() == [INF]


@pytest.mark.parametrize("allowed", [0.0, 1.0, INF])
@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_nan_is_infinitely_off_whatever_is_allowed(where: int, allowed: float) -> None:
    expected, actual = np.ones(3), np.ones(3)
    actual[where] = NAN
    assert largest_fraction(expected, actual, np.full(3, allowed)) == INF


def test_a_nan_is_worse_than_any_number() -> None:
    found = compare(np.ones(3), np.array([1e30, NAN, 5.0]), [1.0, 1.0, 1.0])
    assert found is not None
    assert found.worst.index == 1


def test_a_large_integer_that_is_off_by_one_is_wrong() -> None:
    for dtype in (np.int64, np.uint64):
        expected = np.array([2**53], dtype)
        assert compare(expected, expected + dtype(1), 0.0) is not None


def test_a_complex_number_whose_imaginary_part_is_off_is_wrong() -> None:
    assert compare(np.array([1 + 1j]), np.array([1 + 2j]), 0.0) is not None
    assert compare(np.array([1 + 1j]), np.array([1 + 2j]), 1.0) is None


def test_the_two_zeros_are_equal_in_value_and_differ_in_bits() -> None:
    zero, negative = np.array([0.0]), np.array([-0.0])
    assert compare(zero, negative, 0.0) is None
    assert not same_bits(zero, negative)


@LAWS
@given(any_array, any_array)
def test_the_same_bits_in_another_type_or_shape_are_not_the_same(one: Array, other: Array) -> None:
    same = (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    assert same_bits(one, other) == same


def test_the_worst_entry_is_the_furthest_off_for_what_is_allowed_there() -> None:
    found = compare(np.zeros(3), np.array([5.0, 0.5, 0.0]), [4.0, 0.01, 0.0])
    assert found is not None
    assert found.worst.index == 1
    assert (found.worst.expected, found.worst.actual, found.worst.allowed) == (0.0, 0.5, 0.01)


def test_the_first_few_differences_are_shown_and_all_are_counted() -> None:
    found = compare(np.zeros(20), np.ones(20), 0.5)
    assert found is not None
    assert [one.index for one in found.differences] == list(range(MAX_DIFFERENCES))
    assert found.wrong_entries == 20


@LAWS
@given(st.permutations([0.0, 0.5, 2.0, -3.0]))
def test_the_largest_fraction_is_found_wherever_it_lies(off: list[float]) -> None:
    assert largest_fraction(np.zeros(4), np.array(off), np.full(4, 4.0)) == 0.75


def test_the_largest_fraction_of_no_entries_is_nothing() -> None:
    assert largest_fraction(np.zeros(0), np.zeros(0), np.zeros(0)) == 0


def test_an_error_where_none_is_allowed_is_infinitely_large() -> None:
    assert largest_fraction(np.zeros(2), np.array([0.0, 1e-30]), np.zeros(2)) == INF


def test_an_exact_tolerance_allows_nothing() -> None:
    allowed = allowed_error(Tolerance(kind="exact", rtol=1, atol=1), np.ones((2, 3)), None)
    assert allowed.tolist() == np.zeros((2, 3)).tolist()


def test_a_fixed_tolerance_allows_atol_and_rtol_of_what_is_expected() -> None:
    tolerance = Tolerance(kind="fixed", rtol=0.5, atol=1)
    allowed = allowed_error(tolerance, np.array([0, -2, 4], np.int32), None)
    assert allowed.tolist() == [1.0, 2.0, 3.0]
    assert allowed.dtype == np.float64


@pytest.mark.parametrize("rtol", [0.0, 0.1])
@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_a_fixed_tolerance_accepts_the_nan_or_infinity_that_is_expected(
    value: float, rtol: float
) -> None:
    expected = np.array([1.0, value])
    allowed = allowed_error(Tolerance(kind="fixed", rtol=rtol, atol=1), expected, None)
    assert (allowed >= 0).all()
    assert compare(expected, expected.copy(), allowed) is None


def test_a_bound_is_what_is_allowed() -> None:
    bound = np.array([0.25, 0.5], np.float32)
    allowed = allowed_error(Tolerance(kind="bound"), np.ones(2, np.float32), bound)
    assert (allowed.dtype, allowed.tolist()) == (np.float64, [0.25, 0.5])


def test_a_bound_that_is_missing_allows_nothing() -> None:
    assert not allowed_error(Tolerance(kind="bound"), np.ones(2), None).any()


ROWS = OutputSpec(axes={"row": "B", "feature": "F"})


def test_an_entry_is_named_by_its_row_and_feature() -> None:
    assert Places.of(ROWS, {"B": 3, "F": 5}, 15).name(7) == "row 1, feature 2"


@LAWS
@given(st.integers(1, 6), st.integers(1, 6))
def test_no_two_entries_have_one_name(rows: int, features: int) -> None:
    places = Places.of(ROWS, {"B": rows, "F": features}, rows * features)
    assert len({places.name(index) for index in range(rows * features)}) == rows * features


@pytest.mark.parametrize(
    ("output", "shape"),
    [(OutputSpec(), {"B": 3}), (ROWS, {"B": 3, "F": 4}), (ROWS, {"B": 3})],
)
def test_entries_without_known_places_have_no_name(
    output: OutputSpec, shape: dict[str, int]
) -> None:
    assert Places.of(output, shape, 15).name(7) == ""


@LAWS
@given(st.lists(st.sampled_from([0.0, 1.0, NAN, INF, -INF]), min_size=1, max_size=6), st.data())
def test_being_off_is_mutual(values: list[float], data: st.DataObject) -> None:
    others = data.draw(
        st.lists(st.sampled_from(values), min_size=len(values), max_size=len(values))
    )
    assume(values != others)
    one, other = np.array(values), np.array(others)
    assert errors(one, other).tolist() == errors(other, one).tolist()
