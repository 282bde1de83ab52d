"""Lays a submission's program beside the reference's, line by line, for a person to read.

What depends on no array is one line, however many operations it took: these are the parameters.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.cases import Case, CaseSource
from grader.catalog import Problem
from grader.errors import JudgeError
from grader.isolation import Level
from grader.messages import describe_load
from grader.observation import Loaded, Program
from grader.observer import Observer
from grader.processes import Starter
from grader.proof import (
    Fixed,
    Traced,
    Unjudged,
    Untraced,
    arrays_among,
    describe_lack,
    make_program,
)
from grader.reference import Reference
from grader.spec import ProblemSpec
from grader.submission import Submission
from grader.text import count, legible

LINE = re.compile(r"(%[0-9a-f]{32}) = (.*?)(?: : ([^:]*))?")
VALUE = re.compile(r"%[0-9a-f]{32}")
OPERATION = re.compile(r"(?:stablehlo\.|chlo\.)?(\w+)\((.*?)\)(.*)")
PRODUCT = re.compile(r"product\((.*), (.*)\) batch (\[.*?\]), sum (\[.*?\])")
TENSOR = re.compile(r"tensor<((?:[0-9?]+x)*)([a-z]\w*)>")
ARGUMENT = re.compile(r"argument (\d+)")
CONSTANT = re.compile(r"stablehlo\.constant\(\) \{value = dense<(.*)> : .*\}")
COMMUTE = frozenset("add and maximum minimum multiply or xor".split())
DRAWN = 40  # cases, to find one whose sizes are distinct
LONGEST = 160  # characters of a line's text


class NotExplained(Exception):  # noqa: N818 - no fault of anybody's but the submission's
    """There is no program of the submission; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a program: a value's name here, its type, and what it is computed from."""

    name: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Two programs in one list: mark "+" is for the submission alone, "-" for the reference."""

    at: Fixed
    same: bool
    rows: tuple[tuple[str, Row], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    says: str
    kind: str
    depends: frozenset[int]
    operations: frozenset[str]  # all that it takes to compute it, itself included


def explain(
    problem: Problem, submission: Submission, level: Level, starter: Starter, *, full: bool
) -> Explained:
    """Return both programs, at sizes that are small and distinct.

    Raises:
      NotExplained: the submission cannot be made a program.
      JudgeError: the reference cannot.
    """
    spec, case = problem.spec, _telling_case(problem)
    at = {**case.shape, **{k: v for k, v in case.arguments.items() if isinstance(v, int)}}
    open_ints = {one.name for one in spec.arguments if one.kind == "int"} - set(case.shape)
    attempts: list[Fixed] = [{k: v for k, v in at.items() if k not in open_ints}, at]
    with (
        Reference(problem, starter) as reference,
        Observer(spec, level, starter=starter) as analyst,
        Observer(spec, level, starter=starter, packages=problem.packages) as box,
    ):
        loaded = box.load(submission.source, submission.path.name)
        if not isinstance(loaded, Loaded):
            names = [argument.name for argument in spec.arguments]
            raise NotExplained(describe_load(loaded, spec.entry_point, names))
        reasons: list[Untraced | Unjudged] = []
        for fixed in attempts:
            found = make_program(box, analyst, spec, fixed, case.shape)
            if not isinstance(found, Traced):
                reasons.append(found)
                continue
            wanted = reference.program(fixed, case.shape)
            if not isinstance(wanted, Traced):
                raise JudgeError(f"the reference has no program: {describe_lack(wanted)}")
            return _explain(spec, fixed, wanted.program, found.program, full=full)
    raise NotExplained(
        f"there is no traced program to show: {describe_lack(reasons[0], submission.source)}"
    )


def _telling_case(problem: Problem) -> Case:
    plan = CaseSource(problem.cases, problem.spec).draw(
        DRAWN, problem.spec.cases.distinct_shapes, seed=0
    )
    return next((case for case in plan if case.in_general_position), plan[0])


def _explain(
    spec: ProblemSpec, fixed: Fixed, wanted: Program, found: Program, *, full: bool
) -> Explained:
    names = [argument.name for argument in spec.arguments if argument.name not in fixed]
    arrays = frozenset(range(10**6)) if full else arrays_among(spec, fixed)
    theirs, ours = (_Listing(one, names, arrays) for one in (wanted, found))
    rows_wanted, rows_found = theirs.rows(), ours.rows(theirs.parameters())
    return Explained(fixed, wanted.name == found.name, tuple(_merge(rows_wanted, rows_found)))


def _merge(wanted: Sequence[Row], found: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    matcher = difflib.SequenceMatcher(a=wanted, b=found, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield from ((" ", row) for row in wanted[i:j])
        else:
            yield from (("-", row) for row in wanted[i:j])
            yield from (("+", row) for row in found[k:m])


class _Listing:
    """The lines of one program, those that depend on no array taken together."""

    def __init__(self, program: Program, names: Sequence[str], arrays: frozenset[int]) -> None:
        self._names, self._arrays = names, arrays
        self._lines: dict[str, _Line] = {}
        self._short: dict[str, str] = {}
        self._counted: Counter[str] = Counter()
        for text in program.lines:
            found = LINE.fullmatch(text)
            if found is not None:
                self._lines[found[1]] = self._read(found[1], found[2], found[3] or "")

    def _read(self, name: str, says: str, kind: str) -> _Line:
        argument = ARGUMENT.fullmatch(says)
        before = [self._lines[one] for one in VALUE.findall(says) if one in self._lines]
        depends = frozenset({int(argument[1])}) if argument else frozenset()
        operations = frozenset() if argument or CONSTANT.fullmatch(says) else frozenset({name})
        return _Line(
            says,
            kind,
            depends.union(*(one.depends for one in before)),
            operations.union(*(one.operations for one in before)),
        )

    def parameters(self) -> frozenset[str]:
        """Return the values that depend on no array."""
        return frozenset(
            name for name, line in self._lines.items() if not line.depends & self._arrays
        )

    def rows(self, known: frozenset[str] | None = None) -> list[Row]:
        """Return a row for each line; parameters that are not `known` are said to be others."""
        rows: list[Row] = []
        for name, line in self._lines.items():
            if line.depends & self._arrays:
                for one in VALUE.findall(line.says):
                    rows += self._parameter(one, known)
                if ARGUMENT.fullmatch(line.says):
                    self._short[name] = self._argument(line)
                    rows.append(Row(self._short[name], _kind(line.kind), "an argument"))
                else:
                    says = self._says(line)
                    self._short[name] = self._next("v")
                    rows.append(Row(self._short[name], _kind(line.kind), says))
        rows += self._returned(known)
        return rows

    def _returned(self, known: frozenset[str] | None) -> Iterator[Row]:
        """Yield rows for what is returned where that depends on no array: the last line is it."""
        last = next(reversed(self._lines), None)
        if last is not None and not self._lines[last].depends & self._arrays:
            for row in self._parameter(last, known):
                yield replace(row, says=f"{row.says}; returned")

    def _argument(self, line: _Line) -> str:
        position = min(line.depends)
        return self._names[position] if position < len(self._names) else f"argument {position}"

    def _parameter(self, name: str, known: frozenset[str] | None) -> Iterator[Row]:
        """Yield a row for what depends on no array, where it is met for the first time."""
        line = self._lines.get(name)
        if line is None or name in self._short or line.depends & self._arrays:
            return
        constant = CONSTANT.fullmatch(line.says)
        if constant is not None and len(constant[1]) < 20:
            self._short[name] = _number(constant[1])
            return
        self._short[name] = self._next("p")
        sources = [self._names[one] for one in sorted(line.depends) if one < len(self._names)]
        took = count(len(line.operations), "operation")
        says = f"from {' and '.join(sources)}, in {took}" if sources else f"fixed, in {took}"
        if known is not None and name not in known:
            says += "; not the reference's"
        yield Row(self._short[name], _kind(line.kind), says)

    def _next(self, letter: str) -> str:
        self._counted[letter] += 1
        return f"{letter}{self._counted[letter]}"

    def _says(self, line: _Line) -> str:
        product = PRODUCT.match(line.says)
        if product is not None:
            one, other = (self._short.get(value, "?") for value in (product[1], product[2]))
            return _product(one, other, product[3], product[4])
        text = VALUE.sub(lambda value: self._short.get(value[0], "..."), line.says)
        operation = OPERATION.fullmatch(text)
        if operation is None:
            return legible(text, LONGEST)
        operands = operation[2].split(", ")
        if operation[1] in COMMUTE:  # they come in an order that means nothing
            operands.sort(key=_rank)
        attributes = re.sub(r"array<i64(?:: )?(.*?)>", r"[\1]", operation[3])
        return legible(f"{operation[1]}({', '.join(operands)}){attributes}", LONGEST)


def _product(one: str, other: str, batch: str, summed: str) -> str:
    says = f"{one} times {other}"
    for pairs, what in ((summed, "summed over"), (batch, "side by side along")):
        axes = re.findall(r"\((\d+), (\d+)\)", pairs)
        if axes:
            said = ", ".join(f"axis {i} of {one} and {j} of {other}" for i, j in axes)
            says += f", {what} {said}"
    return says


def _rank(short: str) -> tuple[int, int, str]:
    """Sort values before parameters and those before numbers, and the first of each first."""
    letter, number = short[:1], short[1:]
    if number.isdigit() and letter in "vp":
        return "vp".index(letter), int(number), ""
    return (2 if letter.isdigit() or letter == "-" else 0), 0, short


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _kind(text: str) -> str:
    found = TENSOR.fullmatch(text)
    return f"{found[2]}[{', '.join(found[1].split('x')[:-1])}]" if found else text


def listed(at: Mapping[str, int]) -> str:
    """Return sizes as text: "B = 2, in_dim = 3"."""
    return ", ".join(f"{name} = {size}" for name, size in at.items())
