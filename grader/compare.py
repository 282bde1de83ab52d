"""Compares outputs: pure functions of what was expected, what came, and what is allowed.

No cast, broadcast or reshape ever makes a comparison succeed: type, shape and dtype are compared
as they are; only then are the entries looked at, in float64, which holds every float32 exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.observation import NotAnArray, Outcome, Returned
from grader.report import Difference, fraction
from grader.spec import OutputSpec, Tolerance

Array = np.ndarray[Any, Any]
MAX_DIFFERENCES = 5
NOT_FLAT = ": it is not flattened"
OF_DTYPE = " of dtype "  # after the type of an array whose entries cannot be compared


@dataclass(frozen=True, slots=True)
class ValueMismatch:
    """Entries that are further off than is allowed; the first few, and how many in all."""

    differences: tuple[Difference, ...]
    worst: Difference
    wrong_entries: int
    entries: int


def describe_type_mismatch(expected: Returned, outcome: Outcome) -> str | None:
    """Say how a returned value's type, shape or dtype differs from what is wanted, if it does.

    A jax array and a numpy array are equally good.
    """
    if isinstance(outcome, NotAnArray) and outcome.shape is not None:
        return f"returned shape {outcome.shape}, expected {expected.array.shape}"
    if isinstance(outcome, NotAnArray):
        _, is_array, dtype = outcome.type_name.partition(OF_DTYPE)
        if is_array:
            return f"returned dtype {dtype}, expected {expected.array.dtype.name}"
        return f"returned {describe_type(outcome)}, not a jax or numpy array"
    if not isinstance(outcome, Returned):
        return "returned nothing"
    wanted, found = expected.array, outcome.array
    if found.shape != wanted.shape:
        flat = found.ndim > 1 and wanted.shape == (found.size,)
        return f"returned shape {found.shape}, expected {wanted.shape}{NOT_FLAT if flat else ''}"
    if found.dtype != wanted.dtype:
        return f"returned dtype {found.dtype.name}, expected {wanted.dtype.name}"
    return None


def describe_type(returned: NotAnArray) -> str:
    """Name what came back that is no array, with what it may mean."""
    kind = returned.type_name
    if kind == "NoneType":
        return "None (is there a return statement at its end?)"
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def allowed_error(tolerance: Tolerance, expected: Array, bound: Array | None) -> Array:
    """Return how far each entry may be off: float64, of the expected array's shape."""
    if tolerance.kind == "bound" and bound is not None:
        return bound.astype(np.float64)
    if tolerance.kind == "fixed":
        size = np.where(np.isfinite(_wide(expected)), np.abs(_wide(expected)), 0.0)
        return tolerance.atol + tolerance.rtol * size
    return np.zeros(expected.shape)


def errors(expected: Array, actual: Array) -> Array:
    """Return the absolute error of each entry, in float64.

    An entry that equals the expected one, an infinity or a NaN included, is off by 0. An entry
    that is not finite where the expected one is, or the other way round, is off by infinity.
    """
    if expected.dtype.kind in "iu":  # exactly: float64 holds no integer beyond 2**53
        return np.asarray(np.abs(expected.astype(object) - actual.astype(object)), np.float64)
    wanted, found = _wide(expected), _wide(actual)
    same = (wanted == found) | (np.isnan(wanted) & np.isnan(found))
    finite = np.isfinite(wanted) & np.isfinite(found)
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(found - wanted)
    return np.where(same, 0.0, np.where(finite, distance, np.inf))


def largest_fraction(expected: Array, actual: Array, allowed: Array) -> float:
    """Return the largest error as a fraction of what is allowed there; 0 for no entries."""
    off = errors(expected, actual).ravel()
    pairs = zip(off.tolist(), allowed.ravel().tolist(), strict=True)
    return max((fraction(error, limit) for error, limit in pairs), default=0.0)


def compare_values(
    expected: Array, actual: Array, allowed: Array, places: Places
) -> ValueMismatch | None:
    """Return what is wrong with entries of the same shape and dtype, or None."""
    off = errors(expected, actual)
    wrong = np.flatnonzero((~(off <= allowed) | ~np.isfinite(off)).ravel())
    if not wrong.size:
        return None
    excess = [fraction(float(off.flat[i]), float(allowed.flat[i])) for i in wrong]
    worst = int(wrong[int(np.argmax(excess))])

    def difference(index: int) -> Difference:
        return Difference(
            index=index,
            place=places.name(index),
            expected=float(_wide(expected).flat[index].real),
            actual=float(_wide(actual).flat[index].real),
            allowed=float(allowed.flat[index]),
        )

    first = tuple(difference(int(index)) for index in wrong[:MAX_DIFFERENCES])
    return ValueMismatch(first, difference(worst), int(wrong.size), int(off.size))


@dataclass(frozen=True, slots=True)
class Places:
    """Names the entries of a flat output: entry 7 is "row 1, feature 2"."""

    labels: tuple[str, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, output: OutputSpec, shape: dict[str, int], entries: int) -> Places:
        """Return the places of a case's output; none where its sizes do not multiply up."""
        sizes = tuple(shape.get(size, 0) for size in output.axes.values())
        if not sizes or math.prod(sizes) != entries:
            return cls((), ())
        return cls(tuple(output.axes), sizes)

    def name(self, index: int) -> str:
        """Return where the entry of that flat index lies, or nothing if it is not known."""
        if not self.sizes:
            return ""
        position = np.unravel_index(index, self.sizes)
        return ", ".join(
            f"{label} {int(at)}" for label, at in zip(self.labels, position, strict=True)
        )


def same_bits(first: Array, second: Array) -> bool:
    """Tell whether two arrays agree in dtype, shape and every bit."""
    return (
        first.dtype == second.dtype
        and first.shape == second.shape
        and first.tobytes() == second.tobytes()
    )


def _wide(array: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return array if array.dtype.kind == "c" else array.astype(np.float64)
