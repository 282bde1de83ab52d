"""Looks at the programs of single shapes, where a program for all sizes does not tell enough.

Traced at one shape, a function has true numbers for its sizes: what it looks up, compares or
branches on is what it does when it is called. Nothing is compiled for that. What looks wrong is
called for real before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE, CHECKS, Expected, Failed, Trial
from grader.edges import Shape
from grader.observation import Evidence, NotAnArray, Observation, Returned
from grader.proof import Traced
from grader.spec import ProblemSpec

MOST = 48  # shapes that are looked at
STRATA = 32  # parts of the range of a size, of which each is looked at
CASES_OF_A_SHAPE = 2  # on which programs that differ are run
Pair = tuple[Traced, Traced] | None  # of the submission and of the reference, of one shape
Wrong = Callable[[Traced, Traced, Case], object]  # what is wrong with the first, by running both


@dataclass(frozen=True, slots=True)
class Look:
    """What became of looking at a shape: whether it is suspected, and a case to call it on."""

    case: Case
    suspected: bool


def look_at(
    spec: ProblemSpec, cases: Sequence[Case], pair_of: Callable[[Case], Pair], wrong: Wrong
) -> Look:
    """Look at one shape, of which some cases are given."""
    pair = pair_of(cases[0])
    if pair is None:  # what cannot be traced there is called
        return Look(cases[0], suspected=True)
    found, wanted = pair
    if _differs_in_structure(spec, cases[0], found.lowered.evidence, wanted.lowered.evidence):
        return Look(cases[0], suspected=True)
    if found.program.name != wanted.program.name:
        for case in cases[:CASES_OF_A_SHAPE]:
            if wrong(found, wanted, case):
                return Look(case, suspected=True)
    return Look(cases[0], suspected=False)


def covering(spec: ProblemSpec, shapes: Iterable[Shape]) -> list[Shape]:
    """Return shapes in which every size has every value, or one of every part of its range."""
    seen: set[tuple[str, int]] = set()
    chosen: list[Shape] = []
    for shape in shapes:
        parts = {(name, _part(spec, name, size)) for name, size in shape.items()}
        if len(chosen) < MOST and not parts <= seen:
            chosen.append(shape)
            seen |= parts
    return chosen


def _part(spec: ProblemSpec, name: str, size: int) -> int:
    smallest, largest = spec.sizes.get(name, (0, 0))
    width = largest - smallest + 1
    return size if width <= STRATA else (size - smallest) * STRATA // width


def _differs_in_structure(spec: ProblemSpec, case: Case, found: Evidence, wanted: Evidence) -> bool:
    nothing = Returned("jax", np.zeros(0, np.float32))
    trial = Trial(
        case,
        spec.output,
        Expected(nothing, wanted, np.zeros(0)),
        Observation(NotAnArray("trace"), found),
        lifts_elsewhere=True,
    )
    return any(
        isinstance(CHECKS[one.check](trial, one), Failed)
        for one in spec.criteria
        if one.check in ABOUT_STRUCTURE
    )
