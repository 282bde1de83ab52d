"""Reads a worker's frames as hostile input: what is not an answer becomes `Garbled`."""

from __future__ import annotations

import errno
import functools
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from grader.errors import JudgeError
from grader.observation import (
    Evidence,
    Garbled,
    Input,
    Limit,
    Line,
    Loaded,
    LoadOutcome,
    Lowered,
    NotAnArray,
    NotLoaded,
    Observation,
    Outcome,
    Product,
    Program,
    Raised,
    Read,
    Refused,
    Returned,
    Stopped,
    Transform,
    Use,
    Variable,
)
from grader.sandbox import Ready
from grader.text import legible, legible_line, mask_addresses
from grader.worker import wire

Text = Annotated[str, Field(max_length=8000)]
Name = Annotated[str, Field(max_length=400)]
Size = Annotated[int, Field(ge=0, le=wire.MAX_SIZE)]
Path = Annotated[list[Name], Field(max_length=100)]
Shape = Annotated[list[Size], Field(max_length=wire.MAX_DIMENSIONS)]
OddShape = Annotated[list[Size], Field(max_length=100)]  # which numpy has no array of
_Transform = tuple[Name, Name, bool, Name, Size]
_Transforms = Annotated[list[_Transform], Field(max_length=50)]
LONGEST_LINE = 4_000  # of a program; a constant may be long
MAX_RECORDS = 5_001
MAX_INPUTS = 200
MAX_RUNNING = 12  # lines that are shown of those that ran
THREAD = re.compile(r"(?:Current thread|Thread) 0x")
FRAME = re.compile(r'  File "(.{1,500})", line (\d{1,9}) in (.{1,500})$')
OUT_OF_MEMORY = "RESOURCE_EXHAUSTED"  # XLA's status, at the head of its message
NO_MORE_THREADS = "can't start new thread"  # Python's words, of a RuntimeError
NOT_KEPT = {
    "too_large": "it is too large",
    "not_an_array": "the function returns no jax array while it is traced",
}
LIMIT_OF_ERRNO = {
    errno.EMFILE: Limit.OPEN_FILES,
    errno.EFBIG: Limit.SCRATCH,
    errno.ENOSPC: Limit.SCRATCH,
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Raised(_Strict):
    type: Name
    message: Text | None
    memory: bool
    errno: int | None
    frames: list[tuple[Annotated[int, Field(ge=0, le=1 << 31)], Name]] = Field(max_length=100)
    suggestion: Name = ""
    module: Name = ""


class _Evidence(_Strict):
    variables: list[tuple[Name, Path, Shape, Name, bool]] = Field(max_length=MAX_RECORDS)
    reads: list[tuple[Name, Path, _Transforms, bool, Name]] = Field(max_length=MAX_RECORDS)
    inputs: list[tuple[Shape, Name]] = Field(default=[], max_length=MAX_INPUTS)
    created: list[tuple[Name, Size]] = Field(default=[], max_length=MAX_INPUTS)
    overflowed: bool


class _Reply(_Strict):
    token: Name


class _Array(_Reply):
    outcome: Literal["array"]
    library: Literal["jax", "numpy"]
    dtype: Name
    shape: Shape
    evidence: _Evidence


class _Oversized(_Array):
    outcome: Literal["oversized"]  # type: ignore[assignment]


class _Other(_Reply):
    outcome: Literal["other"]
    type: Name
    shape: OddShape | None = None
    evidence: _Evidence


class _CallRaised(_Reply):
    outcome: Literal["raised"]
    raised: _Raised
    evidence: _Evidence


class _Raising(_Reply):
    outcome: Literal["raising"]
    type: Name


class _Load(_Reply):
    outcome: Literal["load"]
    kind: Literal["loaded", "syntax", "import", "missing", "arity"]
    raised: _Raised | None = None
    names: list[Name] = Field(default=[], max_length=100)
    present: bool = False
    signature: Text = ""


class _Bound(_Reply):
    outcome: Literal["bound"]
    dtype: Literal["float64"]
    shape: Shape


class _Lowered(_Reply):
    outcome: Literal["lowered"]
    kept: list[Size] = Field(max_length=64)
    result: Name
    compared: Size
    lost: bool
    evidence: _Evidence | None = None


class _Turned(_Reply):
    outcome: Literal["turned"]
    turns: list[Size] = Field(max_length=10_000)


class _Interpreted(_Reply):
    outcome: Literal["interpreted"]
    dtype: Name
    shape: Shape


class _NotLowered(_Reply):
    outcome: Literal["not_lowered"]
    raised: _Raised


class _NotKept(_Reply):
    outcome: Literal["too_large", "not_an_array"]


_Positions = Annotated[list[Size], Field(max_length=64)]
_Pairs = Annotated[list[tuple[Size, Size]], Field(max_length=64)]


class _Product(_Strict):
    batch: _Pairs
    summed: _Pairs
    names: list[Name] = Field(min_length=2, max_length=2)
    types: list[Name] = Field(min_length=2, max_length=2)
    depends: list[_Positions] = Field(min_length=2, max_length=2)


class _Use(_Strict):
    type: Name
    depends: _Positions
    meets: _Positions


class _Analysed(_Reply):
    outcome: Literal["analysed"]
    name: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    products: list[_Product] = Field(max_length=MAX_RECORDS)
    uses: list[_Use] = Field(max_length=MAX_RECORDS)


class _Refused(_Reply):
    outcome: Literal["refused"]
    reason: Name


class _Ready(_Strict):
    outcome: Literal["ready"]
    versions: dict[str, Name]
    walls: list[Name]
    open: list[Name]


class _Unwalled(_Strict):
    outcome: Literal["unwalled"]
    reason: Text


_CALL = TypeAdapter[_Array | _Oversized | _Other | _CallRaised | _Raising](
    Annotated[_Array | _Oversized | _Other | _CallRaised | _Raising, Field(discriminator="outcome")]
)
_LOAD = TypeAdapter[_Load | _Raising](Annotated[_Load | _Raising, Field(discriminator="outcome")])
_LOWER = TypeAdapter[_Lowered | _NotLowered | _NotKept | _Raising](
    Annotated[_Lowered | _NotLowered | _NotKept | _Raising, Field(discriminator="outcome")]
)
_ANALYSE = TypeAdapter[_Analysed | _Refused](
    Annotated[_Analysed | _Refused, Field(discriminator="outcome")]
)
_TURN = TypeAdapter[_Turned](_Turned)
_INTERPRET = TypeAdapter[_Interpreted | _Refused](
    Annotated[_Interpreted | _Refused, Field(discriminator="outcome")]
)
_READY = TypeAdapter[_Ready | _Unwalled](
    Annotated[_Ready | _Unwalled, Field(discriminator="outcome")]
)
T = TypeVar("T", bound=_Reply)


@dataclass(frozen=True, slots=True)
class Announced:
    """An exception's type, sent ahead of its message, which may never come."""

    type_name: str


def read_ready(frame: wire.Frame) -> Ready:
    """Return what a worker says of itself before it has run anything."""
    said = _READY.validate_json(frame.header)
    if isinstance(said, _Unwalled):
        return Ready(unwalled=said.reason)
    return Ready(said.versions, tuple(said.walls), tuple(said.open))


def read_call(frame: wire.Frame, token: str, answer_mib: int) -> Observation | Announced | Garbled:
    """Return what a call came to, if the frame is an answer to the request of that token."""
    reply = _read(_CALL, frame, token)
    if isinstance(reply, Garbled):
        return reply
    if isinstance(reply, _Raising):
        return Announced(legible_line(reply.type))
    outcome = _outcome(reply, frame.blob, answer_mib)
    if isinstance(outcome, Garbled):
        return outcome
    return Observation(outcome, _evidence(reply.evidence))


def read_load(frame: wire.Frame, token: str) -> LoadOutcome | Announced:
    """Return what loading a file came to, if the frame answers the request of that token."""
    reply = _read(_LOAD, frame, token)
    if isinstance(reply, Garbled):
        return reply
    if isinstance(reply, _Raising):
        return Announced(legible_line(reply.type))
    if reply.kind == "loaded":
        return Loaded()
    raised = _raised(reply.raised) if reply.raised else None
    if raised is not None and raised.exhausted is not None:
        return Stopped(raised.exhausted, 0, "")
    names = tuple(legible_line(name) for name in reply.names)
    return NotLoaded(reply.kind, raised, names, reply.present, legible_line(reply.signature))


def read_lowered(frame: wire.Frame, token: str) -> Lowered | Raised | Refused | Announced | Garbled:
    """Return the program that tracing came to, or what kept it from coming to one."""
    reply = _read(_LOWER, frame, token)
    if isinstance(reply, Garbled):
        return reply
    if isinstance(reply, _Raising):
        return Announced(legible_line(reply.type))
    if isinstance(reply, _NotLowered):
        return _raised(reply.raised)
    if isinstance(reply, _NotKept):
        return Refused(NOT_KEPT[reply.outcome])
    result = legible_line(reply.result)
    evidence = _evidence(reply.evidence) if reply.evidence is not None else Evidence()
    return Lowered(frame.blob, tuple(reply.kept), result, reply.compared, reply.lost, evidence)


def read_turns(frame: wire.Frame, token: str) -> list[int] | Garbled:
    """Return the positions of shapes at which a trace would have taken another path."""
    reply = _read(_TURN, frame, token)
    return reply if isinstance(reply, Garbled) else reply.turns


def read_interpreted(frame: wire.Frame, token: str) -> Returned | Refused | Garbled:
    """Return what a program came to on some arrays."""
    reply = _read(_INTERPRET, frame, token)
    if isinstance(reply, Garbled):
        return reply
    if isinstance(reply, _Refused):
        return Refused(legible_line(reply.reason))
    try:
        array = wire.decode_array(reply.dtype, tuple(reply.shape), frame.blob)
    except ValueError as error:
        return Garbled(str(error))
    return Returned("jax", array)


def read_program(frame: wire.Frame, token: str) -> Program | Refused | Garbled:
    """Return what an analyst says of a program; it has read hostile bytes, and may be wrong."""
    reply = _read(_ANALYSE, frame, token)
    if isinstance(reply, Garbled):
        return reply
    if isinstance(reply, _Refused):
        return Refused(legible_line(reply.reason))
    products = tuple(
        Product(
            tuple(one.batch),
            tuple(one.summed),
            tuple(map(legible_line, one.names)),
            tuple(map(legible_line, one.types)),
            tuple(map(frozenset, one.depends)),
        )
        for one in reply.products
    )
    uses = tuple(
        Use(legible_line(one.type), frozenset(one.depends), frozenset(one.meets))
        for one in reply.uses
    )
    text = frame.blob.decode("utf-8", "replace")
    lines = tuple(legible_line(line, LONGEST_LINE) for line in text.split("\n"))
    return Program(reply.name, products, uses, lines)


def read_bound(frame: wire.Frame, token: str) -> np.ndarray[Any, Any]:
    """Return the error bound, float64, that a trusted solution computed.

    Raises:
      JudgeError: the frame is something else; course code made it, so no learner did.
    """
    try:
        reply = _Bound.model_validate_json(frame.header)
        if reply.token == token:
            return wire.decode_array("float64", tuple(reply.shape), frame.blob)
    except ValueError:
        pass
    raise JudgeError("the solution's error_bound did not return an array of numbers")


def read_running(said: bytes, filename: str) -> tuple[Line, ...]:
    """Return the lines of a file that ran, the innermost last, from what `faulthandler` wrote.

    What the file itself prints stands among it, and may look like that.
    """
    shown = filename.encode("ascii", "backslashreplace").decode()
    threads: list[list[Line]] = [[]]
    for line in said.decode("ascii", "replace").splitlines():
        if THREAD.match(line):
            threads.append([])
        found = FRAME.match(line)
        if found and found[1] == shown:
            threads[-1].append(Line(int(found[2]), legible_line(found[3])))
    of_file = [lines for lines in threads if lines]
    innermost_first = of_file[-1] if of_file else []  # the main thread comes last
    return tuple(reversed(innermost_first[:MAX_RUNNING]))


def _read(adapter: TypeAdapter[T], frame: wire.Frame, token: str) -> T | Garbled:
    try:
        reply = adapter.validate_json(frame.header)
    except (ValidationError, ValueError, RecursionError):
        return Garbled("what came on the result channel is not an answer")
    if reply.token != token:
        return Garbled("an answer came to something that was not asked")
    return reply


def _outcome(
    reply: _Array | _Oversized | _Other | _CallRaised, blob: bytes, answer_mib: int
) -> Outcome:
    if isinstance(reply, _CallRaised):
        raised = _raised(reply.raised)
        return Stopped(raised.exhausted, 0, "") if raised.exhausted is not None else raised
    if isinstance(reply, _Other):
        shape = None if reply.shape is None else tuple(reply.shape)
        return NotAnArray(legible_line(reply.type), shape)
    if isinstance(reply, _Oversized):
        return Stopped(Limit.ANSWER, answer_mib, "MiB", _mebibytes(reply))
    try:
        array = wire.decode_array(reply.dtype, tuple(reply.shape), blob)
    except wire.WireError as error:
        return Garbled(str(error))
    if not wire.fits_in_memory(array.shape, array.itemsize):
        return NotAnArray("array", array.shape)
    return Returned(reply.library, array)


def _mebibytes(reply: _Oversized) -> float | None:
    try:
        item = wire.find_dtype(reply.dtype).itemsize
    except wire.WireError:
        return None
    try:
        return math.prod(reply.shape) * item / (1 << 20)
    except OverflowError:
        return None


def _raised(raised: _Raised) -> Raised:
    message = raised.message
    if message is not None:
        message = legible(mask_addresses(message))
    lines = tuple(Line(number, legible_line(name)) for number, name in raised.frames)
    return Raised(
        legible_line(raised.type),
        message,
        lines,
        _exhausted(raised),
        legible_line(raised.suggestion),
        raised.errno,
        legible_line(raised.module),
    )


def _exhausted(raised: _Raised) -> Limit | None:
    """Return the limit that an exception says was hit."""
    if raised.memory or (raised.message or "").startswith(OUT_OF_MEMORY):
        return Limit.MEMORY
    if raised.type == "RuntimeError" and raised.message == NO_MORE_THREADS:
        return Limit.THREADS
    return LIMIT_OF_ERRNO.get(raised.errno or 0)


def _evidence(found: _Evidence) -> Evidence:
    if found.overflowed:  # which decides: what was recorded until then is not kept
        return Evidence(overflowed=True)
    given: set[Variable] = set()
    created: set[Variable] = set()
    for collection, path, shape, dtype, was_given in found.variables:
        variable = Variable(_line(collection), _path(path), tuple(shape), _line(dtype))
        (given if was_given else created).add(variable)
    reads: set[Read] = set()
    unused_reads: set[Read] = set()
    for collection, path, transforms, dropped, module in found.reads:
        around = tuple(
            Transform(_line(name), _line(axis), split, _line(axes), size)
            for name, axis, split, axes, size in transforms
        )
        read = Read(_line(collection), _path(path), around, _line(module))
        (unused_reads if dropped else reads).add(read)
    return Evidence(
        frozenset(given),
        frozenset(created),
        frozenset(reads),
        frozenset(unused_reads),
        inputs=frozenset(Input(tuple(s), _line(fingerprint)) for s, fingerprint in found.inputs),
        sets=tuple((_line(collection), number) for collection, number in found.created),
    )


@functools.lru_cache(maxsize=10_000)  # the same few names come in every answer
def _line(text: str) -> str:
    return legible_line(text, 200)


def _path(parts: list[str]) -> tuple[str, ...]:
    return tuple(_line(part) for part in parts)
