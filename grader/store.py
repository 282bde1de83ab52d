"""What the solution did on each case, kept for later runs; only the judge reads or writes it."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter

from grader import cache
from grader.cases import Case
from grader.catalog import Problem
from grader.checks import Expected
from grader.edges import Shape
from grader.observation import Evidence, Lowered, Program, Returned
from grader.proof import Fixed, Traced
from grader.worker import entries, wire

_EVIDENCE = TypeAdapter(Evidence)
_PROGRAM = TypeAdapter(Program)
T = TypeVar("T")


class Store:
    """The expected observations of one problem, as its files are now, with these versions."""

    def __init__(self, problem: Problem) -> None:
        self._folder: Path | None = cache.expected(_digest(problem))

    def read(self, case: Case) -> Expected | None:
        """Return what is known of a case."""
        if self._folder is None:
            return None
        return _read(self._folder / case.id, _decode)

    def write(self, case: Case, expected: Expected) -> None:
        """Keep what was observed."""
        if self._folder is not None:
            entries.write(str(self._folder / case.id), _encode(expected))

    def read_program(self, fixed: Fixed, guide: Shape) -> Traced | None:
        """Return what is known of the solution's program, with these values fixed."""
        if self._folder is None:
            return None
        return _read(self._folder / _program_name(fixed, guide), _decode_program)

    def write_program(self, fixed: Fixed, guide: Shape, traced: Traced) -> None:
        """Keep a program."""
        if self._folder is not None:
            path = str(self._folder / _program_name(fixed, guide))
            entries.write(path, _encode_program(traced))


def _program_name(fixed: Fixed, guide: Shape) -> str:
    text = json.dumps([sorted(fixed.items()), sorted(guide.items())])
    return f"program-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _read(path: Path, decode: Callable[[dict[str, Any], bytes], T]) -> T | None:
    value = entries.read(str(path), repair=True)
    if value is None:
        return None
    try:
        frame = wire.read_frame(io.BytesIO(value).read)
        return decode(json.loads(frame.header), frame.blob)
    except (ValueError, KeyError, TypeError):  # of another version of ours
        return None


def _encode_program(traced: Traced) -> bytes:
    lowered = traced.lowered
    header = {
        "kept": lowered.kept,
        "result": lowered.result,
        "compared": lowered.compared,
        "lost": lowered.lost,
        "evidence": _EVIDENCE.dump_python(lowered.evidence, mode="json"),
        "program": _PROGRAM.dump_python(traced.program, mode="json"),
    }
    return wire.encode_frame(header, lowered.program)


def _decode_program(header: dict[str, Any], blob: bytes) -> Traced:
    path = header["compared"], header["lost"], _EVIDENCE.validate_python(header["evidence"])
    lowered = Lowered(blob, tuple(header["kept"]), header["result"], *path)
    return Traced(lowered, _PROGRAM.validate_python(header["program"]))


def _encode(expected: Expected) -> bytes:
    array = expected.returned.array
    header = {
        "library": expected.returned.library,
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "evidence": _EVIDENCE.dump_python(expected.evidence, mode="json"),
    }
    blob = wire.array_bytes(array) + wire.array_bytes(np.asarray(expected.allowed, np.float64))
    return wire.encode_frame(header, blob)


def _decode(header: dict[str, Any], blob: bytes) -> Expected:
    shape, dtype = tuple(header["shape"]), header["dtype"]
    size = math.prod(shape) * wire.find_dtype(dtype).itemsize
    array = wire.decode_array(dtype, shape, blob[:size])
    allowed = wire.decode_array("float64", shape, blob[size:])
    evidence = _EVIDENCE.validate_python(header["evidence"])
    return Expected(Returned(header["library"], array), evidence, allowed)


def _digest(problem: Problem) -> str:
    """Return what tells apart problems whose solutions may answer otherwise."""
    digest = hashlib.sha256()
    for path in (problem.solution, problem.cases, problem.folder / "problem.toml"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in sorted(Path(wire.__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())  # ours: how it is observed, and what is kept of it
    return digest.hexdigest()[:16]
