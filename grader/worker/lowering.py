"""Traces an entry point once, into a program for many inputs at a time.

Arguments may be abstract: an int is any int32, sizes may be symbols. What comes out is StableHLO,
serialised in the form that jax promises to read in later versions.

A trace follows one path. Where anything but jax itself compares sizes that are open, the answer
is the one at a guide, a shape that is given; what was compared is kept, so that other shapes can
be found at which the path would be another. Where the submission's file looks a size up, or
writes it as text other than to print it, or goes on after an error that only a trace raises, no
path is sure.
"""

from __future__ import annotations

import contextlib
import operator
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import flax
import jax
import jax.numpy as jnp
import jaxlib
import numpy as np
from jax import export

from . import bindings, prints, wire

MAX_COMPARISONS = 200  # that are kept of one trace
Sizes = Mapping[str, int]
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    **{f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    "__bool__": lambda size, _: bool(size),
}


class NotAnArrayError(Exception):
    """What the entry point returns is no array of jax's."""


LOOKS = ("__hash__", "__str__", "__repr__", "__format__")
GENERATED = "<string>"  # the file of methods that `dataclasses` writes
# jax's own files and ours: whatever else compares sizes does so for the submission.
OURS = tuple(
    os.path.dirname(os.path.abspath(str(one))) + os.sep
    for one in (jax.__file__, flax.__file__, jaxlib.__file__, __file__)
)
# Of those, what works for whoever calls it.
HELPERS = ("tree_util.py", "tree.py", "util.py", "frozen_dict.py", "traverse_util.py")
# What jax raises where numbers are asked for that a trace does not have.
ONLY_WHEN_TRACED = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program: its bytes, which of the arguments it takes, and the answer's type."""

    program: bytes
    kept: tuple[int, ...]  # positions among the abstract arguments; others are not used
    result: str


@dataclass(slots=True)
class Path:
    """The comparisons of open sizes that a trace came by, and maybe some before it, but for jax's.

    One that comes out the same whatever the sizes are, as long as they are 1 or more, is none.
    """

    filename: str  # of the submission
    names: dict[str, Any]  # those of its module
    guide: Sizes
    met: list[tuple[Callable[[Any, Any], bool], Any, Any]] = field(default_factory=list)
    is_lost: bool = False  # a size was looked up, in a dictionary say, and what for is not known

    def turns(self, shapes: Iterable[Sizes]) -> list[int]:
        """Return the positions of shapes at which the path is another, one for each path."""
        seen = {self._path_at(self.guide)}
        found: list[int] = []
        for position, sizes in enumerate(shapes):
            path = self._path_at(sizes)
            if path not in seen:
                seen.add(path)
                found.append(position)
        return found

    def _path_at(self, sizes: Sizes) -> tuple[bool, ...]:
        return tuple(_outcome(compare, left, right, sizes) for compare, left, right in self.met)

    def answer(self, name: str, size: Any, other: Any) -> bool:
        """Answer a comparison as it comes out at the guide, and keep it."""
        compare = COMPARISONS[name]
        found = _outcome(compare, size, other, self.guide)
        if len(self.met) < MAX_COMPARISONS:
            self.met.append((compare, size, other))
        else:
            self.is_lost = True
        return found

    @contextlib.contextmanager
    def followed(self) -> Iterator[None]:
        """Have sizes that are open answer comparisons like this, until it is left."""
        kind: Any = type(export.symbolic_shape("size")[0])
        before = {name: kind.__dict__.get(name) for name in (*COMPARISONS, *LOOKS)}
        for name, original in before.items():
            if name in COMPARISONS:
                setattr(kind, name, self._comparing(name, before))
            else:
                setattr(kind, name, self._looking_up(name, original))
        try:
            yield
        finally:
            for name, original in before.items():
                if original is None:
                    delattr(kind, name)
                else:
                    setattr(kind, name, original)

    def _comparing(self, name: str, originals: Mapping[str, Any]) -> Callable[..., Any]:
        original = originals[name]

        def compared(size: Any, other: Any = 0) -> Any:
            if self._asker() is None:
                return True if original is None else original(size, other)
            if isinstance(other, np.generic | np.ndarray) and other.ndim == 0:
                other = other.item()
            if not _is_number(size, other):
                self.is_lost = self.is_lost or not isinstance(other, str | None)
                return original(size, other)
            decided = _decided(name, originals, size, other)
            return self.answer(name, size, other) if decided is None else decided

        return compared

    def _looking_up(self, name: str, original: Any) -> Callable[..., Any]:
        if original is None:
            original = getattr(object, name)

        def looked_up(size: Any, *more: Any) -> Any:
            frame = self._asker()
            if frame is None:
                return original(size, *more)
            if name == "__hash__" or not prints.is_to_be_printed(frame, self.names):
                self.is_lost = True
            return original(size, *more)

        return looked_up

    def _asker(self) -> FrameType | None:
        """Return the frame of the submission's code that asks something of a size.

        None where jax itself asks; its helpers, data classes and Python's library ask for whoever
        calls them.
        """
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            file = frame.f_code.co_filename
            if file == self.filename or frame.f_globals is self.names:
                return frame
            if file == GENERATED:
                file = str(getattr(sys.modules.get(frame.f_globals["__name__"]), "__file__", ""))
            if file.startswith(OURS) and not file.endswith(HELPERS):
                return None
            frame = frame.f_back
        return None

    @contextlib.contextmanager
    def noticing_errors(self) -> Iterator[None]:
        """Note errors that only a trace raises: who catches one may do something else then."""
        before: list[tuple[Any, Any]] = [(one, one.__init__) for one in ONLY_WHEN_TRACED]
        for kind, original in before:
            kind.__init__ = self._noticing(original)
        try:
            yield
        finally:
            for kind, original in before:
                kind.__init__ = original

    def _noticing(self, original: Callable[..., None]) -> Callable[..., None]:
        def noticed(error: Any, *args: Any, **kwargs: Any) -> None:
            self.is_lost = True
            original(error, *args, **kwargs)

        return noticed


def _is_number(size: Any, other: Any) -> bool:
    """Tell whether something is a number, or a size of the same trace."""
    if isinstance(other, type(size)):
        return bool(other.scope is size.scope)
    return isinstance(other, int | float)


def _decided(name: str, originals: Mapping[str, Any], size: Any, other: Any) -> bool | None:
    """Return how a comparison comes out at all sizes of 1 or more; None if not at all alike."""
    if name == "__bool__":
        return None
    if not isinstance(other, int | type(size)):
        return None
    if name in ("__eq__", "__ne__"):
        difference = size - other
        same = isinstance(difference, int) and difference == 0
        found = [same, *(_surely(originals[one], size, other) for one in ("__lt__", "__gt__"))]
        return same == (name == "__eq__") if any(found) else None
    return _surely(originals[name], size, other)


def _surely(original: Callable[[Any, Any], bool], size: Any, other: Any) -> bool | None:
    try:
        return original(size, other)
    except jax.errors.InconclusiveDimensionOperation:
        return None


def _outcome(compare: Callable[[Any, Any], bool], left: Any, right: Any, sizes: Sizes) -> bool:
    return bool(compare(bindings.size_at(left, sizes), bindings.size_at(right, sizes)))


def lower(entry: Callable[..., Any], arguments: Sequence[Mapping[str, Any]], path: Path) -> Lowered:
    """Trace an entry point.

    Args:
      entry: what to trace; whatever it raises comes through.
      arguments: for each, {"kind": "int", "value": 5} for one that stays as it is, {"kind": "int"}
        for any int32, {"kind": "size", "name": "features"} for an int that is an open size, or
        {"kind": "jax", "dtype": "float32", "shape": ["B", 3]}.
      path: where comparisons of sizes that are open are answered and kept.

    Raises:
      NotAnArrayError: it returns something else, say a list of arrays.
    """
    sizes = open_sizes(arguments)
    symbols = dict(zip(sizes, _symbols(sizes), strict=True))
    abstract = [_abstract(one, symbols) for one in arguments if "value" not in one]

    def traced(*values: Any) -> Any:
        rest = iter(values)
        values_given = [_given(one, rest) for one in arguments]
        with path.noticing_errors():
            answer = entry(*values_given)
        if not isinstance(answer, jax.Array):
            raise NotAnArrayError
        return answer

    with path.followed(), _len_of_open_arrays(path.names):
        exported = export.export(jax.jit(traced), platforms=("cpu",))(*abstract)
    return Lowered(
        bytes(exported.mlir_module_serialized),
        tuple(int(one) for one in exported.module_kept_var_idx),
        ", ".join(str(aval) for aval in exported.out_avals)[:400],
    )


def open_sizes(arguments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sizes that are open while these arguments are traced."""
    return sorted({name for one in arguments for name in _names_in(one)})


def _given(argument: Mapping[str, Any], rest: Iterator[Any]) -> Any:
    if "value" in argument:
        return argument["value"]
    value = next(rest)
    return value.shape[0] if argument["kind"] == "size" else value


@contextlib.contextmanager
def _len_of_open_arrays(names: dict[str, Any]) -> Iterator[None]:
    """Have `len`, among the names of a file, return the size of an array whose size is open.

    Python's own wants a number of it.
    """
    if "len" in names:
        yield
        return

    def length(value: Any) -> Any:
        if isinstance(value, jax.core.Tracer) and value.shape:
            return value.shape[0]
        return len(value)

    names["len"] = length
    try:
        yield
    finally:
        names.pop("len", None)


def _symbols(names: Sequence[str]) -> Sequence[Any]:
    return export.symbolic_shape(", ".join(names)) if names else ()


def _names_in(argument: Mapping[str, Any]) -> list[str]:
    if argument["kind"] == "size":
        return [argument["name"]]
    return [size for size in argument.get("shape", ()) if isinstance(size, str)]


def _abstract(argument: Mapping[str, Any], symbols: Mapping[str, Any]) -> jax.ShapeDtypeStruct:
    if argument["kind"] == "int":
        return jax.ShapeDtypeStruct((), jnp.int32)
    if argument["kind"] == "size":  # a program takes sizes from arrays alone
        return jax.ShapeDtypeStruct((symbols[argument["name"]],), jnp.int8)
    shape = tuple(symbols.get(size, size) for size in argument["shape"])
    return jax.ShapeDtypeStruct(shape, wire.find_dtype(argument["dtype"]))
