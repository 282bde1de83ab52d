"""Twins: inputs that are equal but for one argument, in ways in which a cache may overlook it.

Who keeps answers by seed and shape, or by a sum or the first row of a batch, is right on cases
that differ in everything. So each run calls twins, one after the other and far apart. They have
shapes that the run has anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.edges import Given, Shape, Value, int_ranges, ones_and_equals
from grader.spec import ProblemSpec

STEPS = (1, 1 << 16)  # by how much another int is larger; the second has the same low bytes
SLIGHTLY = 2.0**-14  # relatively: the same number when rounded to three digits or cut to none
Array = np.ndarray[Any, Any]


def choose_base(pinned: Sequence[Given]) -> Given:
    """Return what twins are made of: the sums of whole numbers do not depend on their order."""
    general = [given for given in pinned if not ones_and_equals(given[0])] or list(pinned)
    whole = (
        given
        for given in general
        if all(
            isinstance(value, int) or bool((value == np.round(value)).all() and value.any())
            for value in given[1].values()
        )
    )
    return next(whole, general[0])


def near_twins(spec: ProblemSpec, base: Given) -> Iterator[Given]:
    """Yield the base and twins of it that are called one after the other."""
    shape, arguments = base
    yield base
    for name, array in _arrays(arguments):
        for changed in (_last_two_swapped(array), array[::-1], _last_changed(spec, name, array)):
            if not _same(changed, array):
                yield shape, {**arguments, name: changed}
    yield from _with_other_ints(spec, base, STEPS[0])


def far_twins(spec: ProblemSpec, base: Given, pinned: Sequence[Given]) -> Iterator[Given]:
    """Yield twins of the base, and of pinned cases, that are called long after those."""
    shape, arguments = base
    for name, array in _arrays(arguments):
        backwards = _last_two_swapped(array[::-1, ...].copy())[::-1] if array.ndim else array
        slightly = _slightly_changed(spec, name, array)
        for changed in (backwards, _first_changed(spec, name, array), slightly):
            if not _same(changed, array):
                yield shape, {**arguments, name: changed}
    yield from _with_other_ints(spec, base, STEPS[1])
    for size in spec.sizes:
        yield from _with_another_size(spec, size, pinned)


def _with_other_ints(spec: ProblemSpec, base: Given, step: int) -> Iterator[Given]:
    shape, arguments = base
    for name, (smallest, largest) in int_ranges(spec).items():
        if name in spec.sizes:
            continue
        value = int(arguments[name])
        other = value + step if value + step <= largest else value - step
        if smallest <= other:
            yield shape, {**arguments, name: other}


def _with_another_size(spec: ProblemSpec, size: str, pinned: Sequence[Given]) -> Iterator[Given]:
    """Yield a pinned case with one size cut to that of another shape, the largest of them."""
    shapes = [given[0] for given in pinned]
    pairs = [
        (given, shape)
        for given in pinned
        for shape in shapes
        if shape[size] < given[0][size] and _differ_in_one(shape, given[0])
    ]
    if not pairs:
        return
    (_, arguments), smaller = max(pairs, key=lambda pair: pair[0][0][size])
    cut: dict[str, Value] = dict(arguments)
    cut |= {name: smaller[name] for name in cut if name in spec.sizes}
    for one in spec.arguments:
        array = arguments[one.name]
        if isinstance(array, np.ndarray):
            cut[one.name] = array[tuple(slice(smaller[name]) for name in one.shape or ())]
    yield smaller, cut


def _differ_in_one(one: Shape, other: Shape) -> bool:
    return sum(one[name] != other[name] for name in one) == 1


def _arrays(arguments: Mapping[str, Value]) -> Iterator[tuple[str, Array]]:
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.ndim and value.size:
            yield name, value


def _last_two_swapped(array: Array) -> Array:
    """Return the array with the last two entries of its last row swapped: the same sums."""
    changed = array.copy()
    row = changed.reshape(-1, changed.shape[-1])[-1]
    row[-2:] = row[-2:][::-1].copy()
    return changed


def _last_changed(spec: ProblemSpec, name: str, array: Array) -> Array:
    return _changed_at(spec, name, array, -1)


def _first_changed(spec: ProblemSpec, name: str, array: Array) -> Array:
    return _changed_at(spec, name, array, 0)


def _changed_at(spec: ProblemSpec, name: str, array: Array, position: int) -> Array:
    """Return the array with one entry another, inside of the argument's range."""
    changed = array.copy()
    if array.dtype.kind == "b":
        changed.flat[position] = not changed.flat[position]
        return changed
    smallest, largest = _range(spec, name)
    value = float(changed.flat[position])
    for other in (value + 1, value - 1, value / 2):
        if smallest <= other <= largest and array.dtype.type(other) != changed.flat[position]:
            changed.flat[position] = other
            break
    return changed


def _slightly_changed(spec: ProblemSpec, name: str, array: Array) -> Array:
    """Return an array of floats with its last entry a little larger, or smaller at the end."""
    if array.dtype.kind != "f":
        return array
    changed = array.copy()
    value = float(changed.flat[-1])
    step = max(SLIGHTLY, 4 * float(np.finfo(array.dtype).eps)) * abs(value)
    changed.flat[-1] = value + step if value + step <= _range(spec, name)[1] else value - step
    return changed


def _range(spec: ProblemSpec, name: str) -> tuple[float, float]:
    return next(one.range for one in spec.arguments if one.name == name) or (0, 0)


def _same(one: Array, other: Array) -> bool:
    return one.tobytes() == other.tobytes()
