"""Draws, names and replays cases: the inputs of one call.

A problem's ``cases.py`` is course code, but needs only Hypothesis and NumPy, so it runs here. It
defines three functions:

- ``shapes()``: a strategy of the named sizes, ``{"B": 3, ...}``. Each new shape costs a
  compilation, so the cases of a run are spread over a bounded number of them.
- ``arguments(shape)``: a strategy for each argument, by name.
- ``pinned()``: edge cases that every run begins with, as pairs (shape, arguments).

The judge adds what a problem does not pin: the ends of all ranges (`grader.edges`), and cases
that are equal but for one argument (`grader.twins`).
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import hypothesis
import numpy as np
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from grader import edges, twins
from grader.edges import Given, Shape, Value
from grader.errors import SpecError
from grader.report import ArrayValue
from grader.spec import ArgumentSpec, ProblemSpec
from grader.worker import wire

# Hypothesis mixes constants of every module that happens to be imported into what it draws, and
# keeps them in ./.hypothesis. A draw must depend on the seed alone. There is no setting for it.
if hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = Constants

SHAPES_IN_TURN = 2  # so that the first drawn, which confirm a proof, are of two shapes
CONFIRMING = 8  # drawn cases that are still called where a proof leaves nothing fixed
ENDS_SEED = 0  # of what is drawn for a missing end: the same in every run
T = TypeVar("T")

QUIET = hypothesis.settings(
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    derandomize=False,
    print_blob=False,
    verbosity=hypothesis.Verbosity.quiet,
)


@dataclass(frozen=True)
class Case:
    """One set of inputs. Two cases with the same inputs have the same `id`."""

    shape: Shape
    arguments: Mapping[str, Value]

    @cached_property
    def id(self) -> str:
        """Sixteen hexadecimal digits that depend on the inputs alone."""
        digest = hashlib.sha256()
        for name, value in self.arguments.items():
            digest.update(name.encode())
            if isinstance(value, np.ndarray):
                digest.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
            else:
                digest.update(str(value).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def shape_key(self) -> tuple[tuple[str, int], ...]:
        """The shape as something that can be a key."""
        return tuple(self.shape.items())

    @property
    def in_general_position(self) -> bool:
        """Whether all sizes are distinct and none is 1, so that no mistake hides by luck."""
        return not edges.ones_and_equals(self.shape)

    @property
    def given(self) -> Given:
        """The shape and the arguments."""
        return self.shape, self.arguments

    @cached_property
    def is_finite(self) -> bool:
        """Whether no number in it is NaN or an infinity."""
        floats = (
            value
            for value in self.arguments.values()
            if isinstance(value, np.ndarray) and value.dtype.kind not in "iub"
        )
        return all(bool(np.isfinite(value.astype(np.complex128)).all()) for value in floats)

    def inputs(self) -> dict[str, int | ArrayValue]:
        """Return the arguments as a report keeps them."""
        return {
            name: ArrayValue.of(value) if isinstance(value, np.ndarray) else value
            for name, value in self.arguments.items()
        }


class CaseSource:
    """The strategies of one problem, and the cases drawn from them."""

    def __init__(self, path: Path, spec: ProblemSpec) -> None:
        self._path, self._spec = path, spec
        self._module = _load(path)
        for name in ("shapes", "arguments", "pinned"):
            if not callable(getattr(self._module, name, None)):
                raise SpecError(f"{path}: defines no function {name}()")

    def shapes(self) -> st.SearchStrategy[Shape]:
        """Return the strategy of shapes."""
        found: st.SearchStrategy[Shape] = self._module.shapes()
        return found

    def cases_of(self, shape: Shape, near: Case | None = None) -> st.SearchStrategy[Case]:
        """Return the strategy of cases of one shape.

        With `near`, each argument may also be the one that `near` has, as the less simple
        alternative: shrinking then keeps of `near` only what it needs.
        """
        strategies = dict(self._module.arguments(shape))
        if near is not None and dict(near.shape) == dict(shape):
            strategies = {
                name: strategy | st.just(near.arguments[name])
                for name, strategy in strategies.items()
            }
        return st.fixed_dictionaries(strategies).map(lambda values: self.make(shape, values))

    def make(self, shape: Shape, values: Mapping[str, Any]) -> Case:
        """Return the case of these inputs, as the contract types them.

        Raises:
          SpecError: an argument is missing or of another type than problem.toml says.
        """
        arguments = {
            argument.name: self._value(argument, values) for argument in self._spec.arguments
        }
        for argument in self._spec.arguments:
            value = arguments[argument.name]
            sizes = tuple(shape.get(size) for size in argument.shape or ())
            if isinstance(value, np.ndarray) and value.shape != sizes:
                raise SpecError(
                    f"{self._path}: {argument.name} has shape {value.shape} in a case of {shape}"
                )
        return Case({name: int(size) for name, size in shape.items()}, arguments)

    def replay(self, shape: Shape, inputs: Mapping[str, int | ArrayValue]) -> Case:
        """Return the case that a report keeps."""
        values = {
            name: _array(value) if isinstance(value, ArrayValue) else value
            for name, value in inputs.items()
        }
        return self.make(shape, values)

    def pinned(self) -> list[Case]:
        """Return the edge cases that every run begins with; a shorter run has the first of them.

        The author's come first, then those that are missing at the ends of ranges.
        """
        return list(self._pinned)

    @cached_property
    def _pinned(self) -> list[Case]:
        found = [self.make(shape, values) for shape, values in self._module.pinned()]
        if not found:
            raise SpecError(f"{self._path}: pinned() gave no case")
        base = _first_general(found)
        missing = edges.missing_ends(self._spec, [case.given for case in found])
        found += [self._at_ends(base, ends) for ends in missing]
        for argument in edges.missing_extremes(self._spec, [case.given for case in found]):
            array = edges.with_extremes(argument, np.asarray(base.arguments[argument.name]))
            found.append(self.make(base.shape, {**base.arguments, argument.name: array}))
        return found

    def _at_ends(self, base: Case, ends: Mapping[str, int]) -> Case:
        """Return a case like another one, with these sizes and ints."""
        names = {argument.name for argument in self._spec.arguments}
        shape = {name: ends.get(name, size) for name, size in base.shape.items()}
        values = dict(base.arguments)
        if shape != dict(base.shape):
            values |= self._drawn_at(shape).arguments
            values |= {
                argument.name: base.arguments[argument.name]
                for argument in self._spec.arguments
                if argument.kind == "int" and argument.name not in shape
            }
        return self.make(shape, values | {k: v for k, v in ends.items() if k in names})

    def _drawn_at(self, shape: Shape) -> Case:
        try:
            return draw_examples(self.cases_of(shape), 1, ENDS_SEED)[0]
        except Exception as error:
            sizes = ", ".join(f"{name} is {size}" for name, size in shape.items())
            raise SpecError(
                f"{self._path}: pinned() has no case where {sizes}, and arguments() gives none "
                f"({type(error).__name__}: {error}); pin one, or mend the sizes in problem.toml"
            ) from error

    def nonfinite(self) -> list[Case]:
        """Return cases with NaN or an infinity in them, if the problem has such."""
        base = _first_general(self._pinned)
        variants = edges.nonfinite_variants(self._spec, base.arguments)
        return [self.make(base.shape, values) for values in variants]

    @cached_property
    def _twins(self) -> tuple[list[Case], list[Case]]:
        """Those that are called one after the other, and those that are called later."""
        pinned = [case.given for case in self._pinned]
        base = twins.choose_base(pinned)
        near, far = twins.near_twins(self._spec, base), twins.far_twins(self._spec, base, pinned)
        return [self.make(*one) for one in near], [self.make(*one) for one in far]

    def confirming(self, count: int) -> int:
        """Return how many of so many cases are called whatever is proved."""
        near, far = self._twins
        return min(len(self._pinned) + len(near) + CONFIRMING + len(far), count)

    def draw(self, count: int, distinct_shapes: int, seed: int) -> list[Case]:
        """Return `count` cases: pinned ones, twins, then drawn ones spread over drawn shapes.

        Some twins stand among the drawn ones. The same arguments give the same cases. Values are
        drawn afresh for every case; shapes are at most `distinct_shapes` beside those of the
        pinned cases. A few shapes take turns.

        Raises:
          SpecError: the problem's functions fail, or give what problem.toml does not allow.
        """
        try:
            return self._draw(count, distinct_shapes, seed)
        except SpecError:
            raise
        except Exception as error:
            raise SpecError(f"{self._path}: {type(error).__name__}: {error}") from error

    def _draw(self, count: int, distinct_shapes: int, seed: int) -> list[Case]:
        near, far = self._twins
        first = [*self._pinned, *near]
        wanted = count - len(first) - len(far)
        if wanted < 1:
            return first[:count] + far[: max(0, count - len(first))]
        stream = random.Random(f"cases {seed}")
        shapes = self._draw_shapes(min(distinct_shapes, wanted), stream.getrandbits(64))
        of_shape: list[list[Case]] = []
        for shape, share in zip(shapes, _shares(wanted, len(shapes)), strict=True):
            of_shape.append(draw_examples(self.cases_of(shape), share, stream.getrandbits(64)))
        drawn = list(_in_turn(of_shape))
        return first + drawn[:CONFIRMING] + far + drawn[CONFIRMING:]

    def _draw_shapes(self, count: int, seed: int) -> list[Shape]:
        found: dict[tuple[tuple[str, int], ...], Shape] = {}
        for shape in draw_examples(self.shapes(), 4 * count, seed):
            found.setdefault(tuple(shape.items()), shape)
        shapes = list(found.values())
        if not shapes:
            raise SpecError(f"{self._path}: shapes() gave no shape")
        random.Random(seed).shuffle(shapes)
        return sorted(shapes[:count], key=lambda shape: edges.ones_and_equals(shape) > 0)

    def _value(self, argument: ArgumentSpec, values: Mapping[str, Any]) -> Value:
        if argument.name not in values:
            raise SpecError(f"{self._path}: a case has no argument {argument.name!r}")
        value = values[argument.name]
        if argument.kind == "int":
            if not isinstance(value, int | np.integer):
                raise SpecError(f"{self._path}: {argument.name} is {value!r}, which is no int")
            return int(value)
        array = np.asarray(value, order="C")
        if array.dtype.name != argument.dtype or array.ndim != len(argument.shape or ()):
            raise SpecError(
                f"{self._path}: {argument.name} is {array.dtype.name} of {array.ndim} dimensions, "
                f"problem.toml says {argument.dtype} of {len(argument.shape or ())}"
            )
        return array


def _first_general(cases: Sequence[Case]) -> Case:
    """Return the first case in general position, or the first of all."""
    return next((case for case in cases if case.in_general_position), cases[0])


def _shares(wanted: int, shapes: int) -> list[int]:
    """Return how many cases each shape gets: the first ones enough to confirm a proof."""
    share = wanted // shapes
    first = max(share, min(CONFIRMING, wanted) // SHAPES_IN_TURN)
    shares = [first] * min(SHAPES_IN_TURN, shapes)
    rest, others = wanted - sum(shares), shapes - len(shares)
    if not others:
        shares[0] += rest
    return shares + [rest // others + (number < rest % others) for number in range(others)]


def _in_turn(of_shape: list[list[Case]]) -> Iterator[Case]:
    """Yield cases of a few shapes in turn until they are used up, then of the next few."""
    for start in range(0, len(of_shape), SHAPES_IN_TURN):
        for one_of_each in itertools.zip_longest(*of_shape[start : start + SHAPES_IN_TURN]):
            yield from (case for case in one_of_each if case is not None)


def draw_examples(strategy: st.SearchStrategy[T], count: int, seed: int) -> list[T]:
    """Return up to `count` examples that Hypothesis generates from a seed of ours."""
    found: list[T] = []
    if not count:
        return found

    @hypothesis.seed(seed)
    @hypothesis.settings(QUIET, max_examples=count, phases=[hypothesis.Phase.generate])
    @hypothesis.given(strategy)
    def collect(example: T) -> None:
        if len(found) < count:
            found.append(example)

    collect()
    distinct = len(found)
    while found and len(found) < count:  # a small space is exhausted early: go round again
        found.append(found[len(found) - distinct])
    return found


def _array(value: ArrayValue) -> np.ndarray[Any, Any]:
    kind = wire.find_dtype(value.dtype)
    return np.array(value.values, dtype=kind).reshape(value.shape)


def _load(path: Path) -> ModuleType:
    module = ModuleType(f"grader_cases_{path.parent.name}")
    module.__file__ = str(path)
    try:  # compiled here, not imported: a course folder is not littered with bytecode
        exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), module.__dict__)
    except Exception as error:
        raise SpecError(f"{path}: cannot be imported: {type(error).__name__}: {error}") from error
    return module
