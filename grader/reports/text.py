"""The report for a person at a terminal, as rich renderables.

Everything in a report that came from a learner was made safe when the report was written; here
it is put into `Text`, never into markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.isolation import OPEN_AT, could
from grader.messages import number
from grader.replay import Replayed
from grader.report import (
    ArrayValue,
    Counterexample,
    CriterionResult,
    Isolation,
    ProgramInfo,
    Report,
)
from grader.text import count
from grader.verdict import Verdict

MARKS = {True: ("pass", "green"), False: ("FAIL", "bold red"), None: ("  - ", "dim")}
MAX_ROWS, MAX_COLUMNS = 6, 6
MAX_PRINTED_LINES = 8
CONTRADICTED = "Called for real, the function does not do what its program does."


def render_report(report: Report, *, explain_isolation: bool = False) -> RenderableType:
    """Return the whole report: verdict first, then criteria, then what went wrong and why.

    `explain_isolation` adds what the submission could have done, where the walls are weak.
    """
    parts: list[RenderableType] = [_headline(report), Text(""), _criteria(report)]
    shown: set[str] = set()
    parts.extend(
        _failure(result, result.counterexample, shown)
        for result in report.criteria
        if result.counterexample is not None
    )
    if report.program is not None:
        parts.append(_program(report.program))
    if report.traceback:
        parts.append(_traceback(report))
    if report.mistake is not None:
        parts.append(_section("Mistake", report.mistake.title))
        parts.append(_indented(Text(report.mistake.explanation)))
    elif report.verdict in (Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE):
        parts.append(Text("\nNo known mistake behaves exactly like this.", style="dim"))
    if report.hint:
        parts.append(_section("Hint", report.hint))
    if report.stdout.strip():
        parts.append(_printed(report.stdout))
    if explain_isolation and report.isolation is not None and report.isolation.level.is_weak:
        parts.append(_weakness(report.isolation))
    parts.append(_footer(report))
    return Group(*parts)


def render_replay(report: Report, result: CriterionResult, found: Replayed) -> RenderableType:
    """Return what running a counterexample again showed."""
    says = Text("still fails", "bold red") if found.still_fails else Text("fails no more", "green")
    lines: list[RenderableType] = [Text.assemble(f"{report.submission.path}, {result.id}: ", says)]
    if found.changed:
        lines.append(Text("  the file has changed since the report", "dim"))
    if found.message:
        lines.append(_indented(Text(_sentence(found.message))))
    return Group(*lines)


def render_problems(rows: Sequence[tuple[str, str, int]]) -> RenderableType:
    """Return the list of problems: name, title and points of each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("problem", "title", "points"):
        right = heading == "points"
        table.add_column(heading, justify="right" if right else "left", header_style="dim")
    for name, title, points in rows:
        table.add_row(Text(name, "bold"), Text(title), str(points))
    return table


def _headline(report: Report) -> RenderableType:
    accepted = report.verdict is Verdict.ACCEPTED
    style = "bold green" if accepted else "bold red"
    head = Text.assemble(
        (str(report.verdict).replace("_", " "), style),
        f"  {report.points}/{report.max_points} points  ",
        (report.submission.path, "dim"),
    )
    folded = " ".join(report.message.split())  # a line of a learner's must not look like ours
    return Group(head, Text(_sentence(folded)))


def _criteria(report: Report) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=4)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for result in report.criteria:
        mark, style = MARKS[result.passed]
        points = f"{result.points}/{result.max_points}"
        table.add_row(Text(mark, style), Text(result.title), Text(points))
    return table


def _failure(result: CriterionResult, found: Counterexample, shown: set[str]) -> RenderableType:
    parts: list[RenderableType] = [
        Text.assemble("\n", ("FAIL ", "bold red"), (result.id, "bold")),
        _indented(Text(_sentence(result.message))),
    ]
    if found.case in shown:
        parts.append(Text("  (on the inputs above)", "dim"))
    else:
        shown.add(found.case)
        parts.append(_indented(_inputs(found)))
    if found.differences:
        parts.append(_indented(_differences(found)))
    elif found.expected is not None and found.actual is not None:
        parts.append(_indented(_both(found.expected, found.actual)))
    if found.note:
        parts.append(Text(f"  ({found.note})", "dim"))
    return Group(*parts)


def _inputs(found: Counterexample) -> RenderableType:
    lines = Text()
    for name, value in found.inputs.items():
        if isinstance(value, ArrayValue):
            lines.append(f"{name} = {value.dtype} {value.shape}\n")
            lines.append("".join(f"    {row}\n" for row in _rows(value)))
        else:
            lines.append(f"{name} = {value}\n")
    lines.rstrip()
    return lines


def _rows(value: ArrayValue) -> Iterator[str]:
    """Yield an array's first rows, each on a line of its own."""
    array = np.array(value.values, dtype=object).reshape(value.shape)
    columns = value.shape[-1] if value.shape else 1
    matrix = array.reshape(-1, columns) if array.size else array.reshape(0, 0)
    for row in matrix[:MAX_ROWS]:
        entries = ", ".join(number(float(entry)) for entry in row[:MAX_COLUMNS])
        yield f"[{entries}{', ...' if len(row) > MAX_COLUMNS else ''}]"
    if len(matrix) > MAX_ROWS:
        yield f"... ({count(len(matrix) - MAX_ROWS, 'more row')})"


def _differences(found: Counterexample) -> RenderableType:
    named = any(difference.place for difference in found.differences)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("entry", *(["where"] if named else []), "expected", "got", "allowed error"):
        table.add_column(
            heading, justify="left" if heading == "where" else "right", header_style="dim"
        )
    for difference in found.differences:
        table.add_row(
            str(difference.index),
            *([difference.place] if named else []),
            number(difference.expected),
            number(difference.actual),
            f"{difference.allowed:.2g}",
        )
    left = found.wrong_entries - len(found.differences)
    return Group(table, Text(f"... and {left} more", "dim")) if left > 0 else table


def _both(expected: ArrayValue, actual: ArrayValue) -> RenderableType:
    lines = Text()
    for name, value in (("expected", expected), ("got     ", actual)):
        lines.append(f"{name} {value.dtype} {value.shape}\n")
        lines.append("".join(f"    {row}\n" for row in _rows(value)))
    lines.rstrip()
    return lines


def _program(program: ProgramInfo) -> RenderableType:
    parts: list[RenderableType] = [_section("Program", program.message)]
    if program.products is not None:
        both = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
        both.add_row(Text("yours", "dim"), Text(program.products.submission))
        both.add_row(Text("reference", "dim"), Text(program.products.reference))
        parts.append(_indented(both))
    if program.contradicted:
        parts.append(_indented(Text(CONTRADICTED, "bold")))
    return Group(*parts)


def _traceback(report: Report) -> RenderableType:
    parts: list[RenderableType] = [Text("\nWhere it happened in your file", "bold")]
    for line in report.traceback:
        where = f"line {line.line}"
        if line.function != "<module>":
            where += f", in {line.function}"
        parts.append(Text(f"  {where}", "dim", overflow="fold"))
        source = Text(line.source.strip(), no_wrap=True, overflow="ellipsis")
        parts.append(Padding(source, (0, 0, 0, 4)))
    return Group(*parts)


def _printed(printed: str) -> RenderableType:
    lines = printed.rstrip("\n").split("\n")
    text = Text("\nWhat your file printed\n", "bold")
    for line in lines[:MAX_PRINTED_LINES]:
        text.append(f"  {line}\n", "not bold")
    if len(lines) > MAX_PRINTED_LINES:
        text.append(f"  ... ({count(len(lines) - MAX_PRINTED_LINES, 'more line')})\n", "dim")
    text.rstrip()
    return text


def _weakness(isolation: Isolation) -> RenderableType:
    text = Text(f"\nIsolation: {isolation.level}. The submission could have\n", "bold yellow")
    for probe in OPEN_AT[isolation.level]:  # what was not seen open here is not closed either
        text.append(f"  - {could(probe)}\n", "not bold")
    text.rstrip()
    return text


def _footer(report: Report) -> RenderableType:
    cases = report.cases
    part = f"{cases.run} of " if cases.run < cases.requested else ""
    tried = f"{part}{count(cases.requested if part else cases.run, 'case')}"
    facts = [f"{tried}, {count(cases.distinct_shapes, 'shape')}"]
    if report.largest_error is not None:
        facts.append(f"largest error {report.largest_error:.2g} times the allowed one")
    facts.append(f"seed {cases.seed}")
    if report.isolation is not None:
        facts.append(f"isolation {report.isolation.level}")
    facts.append(f"{report.durations.total:.1f} s")
    return Text("\n" + "; ".join(facts), "dim")


def _section(heading: str, text: str) -> RenderableType:
    return Text.assemble((f"\n{heading}: ", "bold cyan"), text)


def _indented(renderable: RenderableType) -> RenderableType:
    return Padding(renderable, (0, 0, 0, 2))


def _sentence(text: str) -> str:
    """Return a message as a sentence; a first word that is code or a path stays as it is."""
    first, _, _ = text.partition(" ")
    start = text if "/" in first or "_" in first else _capital(text)
    return start + ("" if start.endswith((".", "?", "!", ":")) else ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
