"""Decides whether a submission and the solution are one program, for all sizes at once.

Both are traced with their sizes open, each in a process of its own. An analyst, which has neither
the submission nor the solution in it, gives each program a name that depends on what it computes
alone; the same name means the same program. Calls are still made: they confirm that the function,
called for real, does what its program does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.cases import Case
from grader.compare import Array
from grader.edges import Shape
from grader.messages import describe_exception, describe_outcome
from grader.observation import Lowered, Program, Raised, Refused
from grader.observer import Observer
from grader.spec import ArgumentSpec, ProblemSpec
from grader.text import count, legible_line

MAX_PROGRAMS = 8  # of one submission: each is traced anew
CONCRETE = 3  # cases whose sizes, or other inputs, are fixed where tracing fails with them open
NO_REFERENCE = "none was made of the reference to compare it with"
# What jax raises where a value is asked of an array that has none while it is traced.
NEEDS_VALUES = frozenset(
    {
        "ConcretizationTypeError",
        "NonConcreteBooleanIndexError",
        "TracerArrayConversionError",
        "TracerBoolConversionError",
        "TracerIntegerConversionError",
        "InconclusiveDimensionOperation",
    }
)
Fixed = Mapping[str, int]  # the arguments and sizes that are no longer open, and their values


@dataclass(frozen=True, slots=True)
class Traced:
    """A program as it came, and what an analyst says of it."""

    lowered: Lowered
    program: Program


@dataclass(frozen=True, slots=True)
class Proved:
    """The programs are the same, with these values fixed and all else open.

    Where sizes are compared, that is the path which is taken at most of the shapes `tried`; at the
    `turns` it is another. If that is not `sure`, it may be at others, too.
    """

    fixed: tuple[Fixed, ...]
    turns: tuple[Shape, ...] = ()
    sure: bool = True
    tried: int = 0
    unlooked: int = 0  # paths that were found, and not looked at, as there are too many


@dataclass(frozen=True, slots=True)
class Other:
    """For the last of these values they are two programs; that alone makes none of them wrong."""

    fixed: tuple[Fixed, ...]
    found: Traced
    wanted: Traced
    turns: tuple[Shape, ...] = ()
    unlooked: int = 0


@dataclass(frozen=True, slots=True)
class Untraced:
    """The submission cannot be traced, say as it makes its input a numpy array."""

    raised: Raised
    fixed: tuple[Fixed, ...] = ()


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Its program is not judged; the text says why. `ended`: nor will any other be."""

    reason: str
    fixed: tuple[Fixed, ...] = ()
    ended: bool = False


Finding = Proved | Other | Untraced | Unjudged
NAMES: dict[type, Literal["proved", "other", "not_traced", "not_judged"]] = {
    Proved: "proved",
    Other: "other",
    Untraced: "not_traced",
    Unjudged: "not_judged",
}


def questions(spec: ProblemSpec, plan: Sequence[Case]) -> list[list[Fixed]]:
    """Return what to fix while programs are made: at first nothing.

    Each list is for where the one before cannot be traced: static arguments that are sizes are
    open at first, then they have the values that problem.toml lists and one of a case; then other
    sizes are fixed too, then other ints instead, then both.
    """
    if spec.program is None:
        return []
    named = spec.program.static
    listed = [
        dict(zip(named, values, strict=True)) for values in itertools.product(*named.values())
    ]
    own = [{name: _int(case, name) for name in named} for case in reversed(plan)]
    drawn = [one for one in own if one not in listed][:1]
    general = {case.shape_key: case for case in plan if case.in_general_position}
    cases = list(general.values())[:CONCRETE]
    ints = [one.name for one in spec.arguments if one.kind == "int" and one.name not in named]
    sizes = list(spec.program.symbolic)
    rungs: list[list[Fixed]] = []
    if all(case.shape.get(name, 0) == case.arguments[name] for name in named for case in plan):
        rungs.append([{}])
    if named:
        rungs.append([*listed[: MAX_PROGRAMS - len(drawn)], *drawn])
    others: list[list[Fixed]] = [
        [{name: _int(case, name) for name in (*named, *fixed)} for case in cases]
        for fixed in (sizes, ints, [*sizes, *ints])
    ]
    return rungs + others


def _int(case: Case, name: str) -> int:
    return case.shape[name] if name in case.shape else int(case.arguments[name])


def holds_for(fixed: Fixed, case: Case) -> bool:
    """Tell whether a program in which these values are fixed is one for a case."""
    return all(_int(case, name) == value for name, value in fixed.items())


def open_arguments(spec: ProblemSpec, fixed: Fixed) -> list[dict[str, object]]:
    """Return what stands for each argument while the entry point is traced."""
    static = spec.program.static if spec.program else ()
    return [_open(argument, fixed, argument.name in static) for argument in spec.arguments]


def _open(argument: ArgumentSpec, fixed: Fixed, static: bool) -> dict[str, object]:
    if argument.kind == "int":
        if argument.name in fixed:
            return {"kind": "int", "value": fixed[argument.name]}
        return {"kind": "size", "name": argument.name} if static else {"kind": "int"}
    shape = [fixed.get(size, size) for size in argument.shape or ()]
    return {"kind": "jax", "dtype": argument.dtype, "shape": shape}


def arrays_of(spec: ProblemSpec, fixed: Fixed, case: Case) -> list[Array]:
    """Return what a program takes on a case: what is left open, ints and sizes as arrays."""
    static = spec.program.static if spec.program else ()
    arrays: list[Array] = []
    for argument in spec.arguments:
        value = case.arguments[argument.name]
        if isinstance(value, np.ndarray):
            arrays.append(value)
        elif argument.name not in fixed:
            size = argument.name in static
            arrays.append(np.zeros(value, np.int8) if size else np.asarray(value, np.int32))
    return arrays


Made = Traced | Untraced | Unjudged


def make_program(
    box: Observer,
    analyst: Observer,
    spec: ProblemSpec,
    fixed: Fixed,
    guide: Shape,
    module: str = "submission",
) -> Made:
    """Make a program of what is loaded in a box, and have an analyst read it.

    Where the program depends on how sizes compare that are open, it is that of the guide.
    """
    lowered = box.lower(open_arguments(spec, fixed), guide, module=module)
    if isinstance(lowered, Raised):
        return Untraced(lowered)
    if isinstance(lowered, Refused):
        return Unjudged(lowered.reason)
    if not isinstance(lowered, Lowered):
        return Unjudged(f"while it was traced, it {describe_outcome(lowered)}", ended=True)
    program = analyst.analyse(lowered)
    if isinstance(program, Refused):
        return Unjudged(program.reason)
    if not isinstance(program, Program):
        return Unjudged("reading it ended a process", ended=True)
    return Traced(lowered, program)


def compare(
    asked: Sequence[Sequence[Fixed]],
    of_submission: Callable[[Fixed], Made],
    of_solution: Callable[[Fixed], Made],
) -> Finding:
    """Compare the programs, with as much open as can be traced."""
    findings: list[Finding] = []
    for values in asked:
        finding = _compare_at(values, of_submission, of_solution)
        findings.append(finding)
        if isinstance(finding, Proved | Other) or (isinstance(finding, Unjudged) and finding.ended):
            return finding
    return findings[0]


def _compare_at(
    values: Sequence[Fixed],
    of_submission: Callable[[Fixed], Made],
    of_solution: Callable[[Fixed], Made],
) -> Finding:
    sure = True
    for position, fixed in enumerate(values):
        found = of_submission(fixed)
        if not isinstance(found, Traced):
            return found
        sure = sure and not found.lowered.lost
        wanted = of_solution(fixed)
        if not isinstance(wanted, Traced):
            return Unjudged(NO_REFERENCE)
        if found.program.name != wanted.program.name:
            return Other(tuple(values[: position + 1]), found, wanted)
    return Proved(tuple(values), sure=sure)


def arrays_among(spec: ProblemSpec, fixed: Fixed) -> frozenset[int]:
    """Return which of the open arguments are arrays."""
    still_open = [one for one in spec.arguments if one.name not in fixed]
    return frozenset(number for number, one in enumerate(still_open) if one.kind != "int")


def describe_finding(finding: Finding, spec: ProblemSpec, source: str = "") -> str:
    """Return the finding in one sentence, without its full stop; `source` is the submission's."""
    if isinstance(finding, Untraced):
        return f"none, because {describe_lack(finding, source)}. The verdict rests on the calls"
    if isinstance(finding, Unjudged):
        return f"not judged: {describe_lack(finding, source)}. The verdict rests on the calls"
    at = _listed(finding.fixed if isinstance(finding, Proved) else finding.fixed[-1:])
    where = f", at {at}" if at else ""
    if isinstance(finding, Other):
        return f"not the same as the reference's{where}. That alone costs no points"
    turns = f", and takes another path at {_listed(finding.turns)}" if finding.turns else ""
    if finding.tried:
        shapes = count(finding.tried, "shape")
        turns = f". Your code branches on a size, so this was checked on {shapes}{turns}"
    if finding.unlooked:
        turns += f". {count(finding.unlooked, 'more path')} by size were not looked at"
    turns += "" if finding.sure else ". Your code reads sizes, so at some sizes it may differ"
    return f"your function computes the same as the reference{_every(finding, spec)}{where}{turns}"


def describe_lack(finding: Untraced | Unjudged, source: str = "") -> str:
    """Return why there is no program to be compared, without a full stop."""
    if isinstance(finding, Unjudged):
        return finding.reason
    raised = finding.raised
    where = "".join(_place(line.number, source) for line in raised.lines[-1:])
    if raised.type_name in NEEDS_VALUES:
        return f"{where or 'the function'} needs real numbers ({raised.type_name})"
    at = f"{where} raised " if where else ""
    return f"{at}{describe_exception(raised)} while jax traced it".replace(". while", " while")


def _place(number: int, source: str) -> str:
    """Return where tracing stopped, with the line itself where it is known."""
    lines = source.split("\n")
    text = legible_line(lines[number - 1], 80) if 0 < number <= len(lines) else ""
    return f"line {number}, `{text}`," if text else f"line {number}"


def _every(finding: Proved, spec: ProblemSpec) -> str:
    ints = [argument.name for argument in spec.arguments if argument.kind == "int"]
    static = spec.program.static if spec.program else {}
    symbolic = spec.program.symbolic if spec.program else ()
    free = [name for name in ints if name not in static and name not in finding.fixed[0]]
    sizes = [name for name in (*symbolic, *static) if name not in finding.fixed[0]]
    limited = finding.tried or not finding.sure
    every = free if limited else [*free, *sizes]
    if not every:
        return ""
    *first, last = every
    return f" for every {', '.join(first)} and {last}" if first else f" for every {last}"


def _listed(values: Sequence[Fixed]) -> str:
    names = list(values[0])
    if len(names) == 1:
        return f"{names[0]} {', '.join(str(one[names[0]]) for one in values)}"
    return "; ".join(", ".join(f"{name} {one[name]}" for name in names) for one in values)
