"""Searches, with Hypothesis, for the smallest input on which a criterion still fails.

Each new shape costs a compilation on both sides, so the order is ours: first values and seed at
the shape that failed, then the shapes that were tried before, then a few new and smaller ones,
all under a budget of calls, new shapes and seconds. Calls and shapes decide; the seconds are a
net. The smallest failing case so far is kept, whatever ends the search.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import hypothesis
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable

from grader.cases import QUIET, Case, CaseSource
from grader.edges import Shape
from grader.spec import ShrinkSpec

Fails = Callable[[Case], bool]
MANY, FEW = 40, 5  # examples tried until one fails: where it should, and where it may not


@dataclass
class Budget:
    """What may still be spent on a search."""

    spec: ShrinkSpec
    known_shapes: set[tuple[tuple[str, int], ...]]
    calls: int = 0
    new_shapes: int = 0
    started: float = field(default_factory=time.monotonic)
    ended_by: str = ""
    shapes_are_free: bool = False  # nothing is compiled for them

    def allows(self, case: Case) -> bool:
        """Tell whether one more call, on this case, may be made; if so, count it."""
        if time.monotonic() - self.started > self.spec.seconds:
            self.ended_by = f"its {self.spec.seconds:g} seconds"
        elif self.calls >= self.spec.calls:
            self.ended_by = f"its {self.spec.calls} calls"
        elif self._is_new(case) and self.new_shapes >= self.spec.new_shapes:
            return False  # this case only: shapes that are compiled may still be tried
        else:
            self.calls += 1
            if self._is_new(case):
                self.new_shapes += 1
                self.known_shapes.add(case.shape_key)
            return True
        return False

    def _is_new(self, case: Case) -> bool:
        return not self.shapes_are_free and case.shape_key not in self.known_shapes


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest failing case found, and how the search for it ended."""

    case: Case
    note: str


class Search:
    """One search for the smallest case on which `fails` says true."""

    def __init__(self, source: CaseSource, budget: Budget, fails: Fails, seed: int) -> None:
        self._source, self._budget, self._seed = source, budget, seed
        self._ask = fails
        self._known: dict[str, bool] = {}

    def run(self, start: Case, *, other_shapes: bool = True) -> Shrunk:
        """Search from a failing case; without luck it is `start` itself that comes back."""
        self._known[start.id] = True
        shapes = sorted((dict(key) for key in self._budget.known_shapes), key=_size)
        best = (
            self._find(self._source.cases_of(start.shape), MANY)
            or self._find(self._source.cases_of(start.shape, near=start), MANY)
            or start
        )
        if not other_shapes:
            return Shrunk(best, self._note())
        small = [shape for shape in shapes if _size(shape) < _size(best.shape)]
        for shape in small:  # compiled already: the first that fails is the smallest
            found = self._find(self._source.cases_of(shape), FEW)
            if found is not None:
                best = found
                break
        if _size(best.shape) > _size(self._simplest_shape()):
            best = self._find(self._smaller_than(best.shape), MANY) or best
        return Shrunk(best, self._note())

    def _simplest_shape(self) -> Shape:
        """Return what Hypothesis shrinks shapes to; looking for a smaller one takes a second."""
        stream = random.Random(f"simplest {self._seed}")
        return hypothesis.find(self._source.shapes(), lambda _: True, settings=QUIET, random=stream)

    def _smaller_than(self, shape: Shape) -> st.SearchStrategy[Case]:
        limit = max(shape.values(), default=0)
        smaller = self._source.shapes().filter(
            lambda other: max(other.values(), default=0) <= limit and _size(other) < _size(shape)
        )
        return smaller.flatmap(self._source.cases_of)

    def _find(self, strategy: st.SearchStrategy[Case], examples: int) -> Case | None:
        settings = hypothesis.settings(
            QUIET,
            max_examples=examples,
            phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
        )
        if self._budget.ended_by:
            return None
        stream = random.Random(f"shrink {self._seed}")
        try:
            return hypothesis.find(strategy, self._fails, settings=settings, random=stream)
        except (NoSuchExample, Unsatisfiable):
            return None

    def _fails(self, case: Case) -> bool:
        if case.id not in self._known:
            if not self._budget.allows(case):
                return False
            self._known[case.id] = self._ask(case)
        return self._known[case.id]

    def _note(self) -> str:
        if self._budget.ended_by:
            return (
                f"failing input (the search for a smaller one stopped at {self._budget.ended_by})"
            )
        return "smallest failing input found"


def smallest(cases: Iterable[Case]) -> Case:
    """Return the case of the smallest shape, the first of those that are equal."""
    return min(cases, key=lambda case: _size(case.shape))


def _size(shape: Shape) -> tuple[int, ...]:
    return (sum(shape.values()), *shape.values())
