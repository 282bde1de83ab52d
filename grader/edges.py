"""The ends of what may come: cases in which sizes, ints and arrays have their extreme values.

A mistake at an end, room for 31 rows where 32 may come, shows on no other case. An author pins
cases for the ends; the judge adds those that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.errors import SpecError
from grader.spec import ArgumentSpec, ProblemSpec
from grader.worker import wire

Value = int | np.ndarray[Any, Any]
Shape = Mapping[str, int]
Given = tuple[Shape, Mapping[str, Value]]  # the shape of a case, and its arguments
NONFINITE = (np.nan, np.inf, -np.inf)


def missing_ends(spec: ProblemSpec, pinned: Sequence[Given]) -> list[dict[str, int]]:
    """Return the sizes and ints, and their values, that still need a case of their own.

    Wanted are the smallest and the largest value of each, with all other sizes inside of their
    ranges, and all smallest and all largest ones together.
    """
    ranges = int_ranges(spec)
    points = [_values(spec, given) for given in pinned]
    alone = [{name: end} for name, ends in ranges.items() for end in dict.fromkeys(ends)]
    together = [{name: ends[side] for name, ends in ranges.items()} for side in (0, 1)]
    missing = [
        wanted
        for wanted in alone
        if not any(
            wanted.items() <= point.items() and _is_inside(spec, point, wanted) for point in points
        )
    ]
    return missing + [
        wanted for wanted in together if not any(wanted.items() <= p.items() for p in points)
    ]


def missing_extremes(spec: ProblemSpec, pinned: Sequence[Given]) -> Iterator[ArgumentSpec]:
    """Yield the arrays of which no pinned case has the smallest and the largest value in it."""
    for argument in spec.arguments:
        if argument.kind == "int" or argument.range is None:
            continue
        arrays = [np.asarray(given[1][argument.name]) for given in pinned]
        if not all(any((array == end).any() for array in arrays) for end in _ends(argument)):
            yield argument


def with_extremes(argument: ArgumentSpec, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an array of that shape that has the largest and the smallest value in turn."""
    smallest, largest = _ends(argument)
    position = np.arange(array.size).reshape(array.shape)
    return np.asarray(np.where(position % 2, smallest, largest), array.dtype)


def nonfinite_variants(
    spec: ProblemSpec, arguments: Mapping[str, Value]
) -> Iterator[dict[str, Value]]:
    """Yield arguments with a number in them that is not finite, where the problem has such.

    It is the last entry of an array, so that all rows but the last are as they were.
    """
    for argument in spec.arguments:
        array = arguments[argument.name]
        if not argument.nonfinite or not isinstance(array, np.ndarray) or not array.size:
            continue
        for value in NONFINITE:
            changed = array.copy()
            changed.flat[-1] = value
            yield {**arguments, argument.name: changed}


def is_at_an_end(spec: ProblemSpec, shape: Shape) -> bool:
    """Tell whether some size is its smallest or its largest."""
    return any(shape[name] in ends for name, ends in spec.sizes.items() if name in shape)


def ones_and_equals(shape: Shape) -> int:
    """Return how many sizes are 1 or equal to another: the fewer, the less can hide by luck."""
    sizes = list(shape.values())
    return sizes.count(1) + len(sizes) - len(set(sizes))


def int_ranges(spec: ProblemSpec) -> dict[str, tuple[int, int]]:
    """Return the smallest and the largest value of every size and every other int."""
    ints = {
        one.name: (int(one.range[0]), int(one.range[1]))
        for one in spec.arguments
        if one.kind == "int" and one.range is not None
    }
    return {**spec.sizes, **ints}


def _values(spec: ProblemSpec, given: Given) -> dict[str, int]:
    shape, arguments = given
    ints = {one.name: arguments[one.name] for one in spec.arguments if one.kind == "int"}
    return {**{name: int(value) for name, value in ints.items()}, **shape}


def _is_inside(spec: ProblemSpec, point: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Tell whether all other sizes are no ends, as far as their ranges have anything else."""
    return all(
        smallest < point[name] < largest
        for name, (smallest, largest) in spec.sizes.items()
        if name not in wanted and largest - smallest > 1
    )


def _ends(argument: ArgumentSpec) -> tuple[Any, Any]:
    """Return the ends of an array's range, as numbers of its dtype.

    Raises:
      SpecError: they are none.
    """
    kind = wire.find_dtype(str(argument.dtype))
    smallest, largest = argument.range or (0, 0)
    try:
        if kind.kind in "iu":
            return np.asarray(int(smallest), kind)[()], np.asarray(int(largest), kind)[()]
        return np.asarray(smallest).astype(kind)[()], np.asarray(largest).astype(kind)[()]
    except OverflowError:
        raise SpecError(f"{argument.name}: its range is none of {argument.dtype}") from None
