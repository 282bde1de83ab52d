"""The report for a person at a terminal, as rich renderables.

What a learner needs first fits a screen; the rubric and the rest come after it. Everything in a
report that came from a learner was made safe when the report was written; here it is put into
`Text`, never into markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
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
    TracebackLine,
)
from grader.text import count
from grader.verdict import Verdict

MARKS = {True: ("pass", "green"), False: ("FAIL", "bold red"), None: ("  - ", "dim")}
SCREEN = 24  # lines of a terminal that nobody has made larger
MAX_COLUMNS = 6
MAX_PRINTED_LINES = 8
MAX_REASON_LINES = 4
CUT = " ..."
FAR = 100  # times the tolerance; beyond it nobody takes an error for rounding
CONTRADICTED = (
    "When it is called, your function behaves differently from its trace. Does it check whether it "
    "is being traced, or use the time, Python's random numbers or a global variable?"
)
UNTOUCHED = "This is still the starter: nothing in it has been changed."
UNKNOWN = "We have no explanation on file for this mistake."
SENTENCE = re.compile(r"(?<=[.!?])\s+")
RIGHT_NUMBERS = "The numbers are right; the exercise asks for more: "


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of each thing is shown."""

    sentences: int  # of the mistake's explanation
    rows: int = 4  # of an array
    differences: int = 3
    reason: int = MAX_REASON_LINES  # lines


class _Clipped:
    """Text of at most so many lines, the last of which shows that there was more."""

    def __init__(self, text: Text, lines: int) -> None:
        self._text, self._lines = text, lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = list(self._text.wrap(console, options.max_width))
        shown = lines[: self._lines]
        if len(lines) > len(shown):
            shown[-1].rstrip()
            shown[-1].truncate(options.max_width - len(CUT))
            shown[-1].append(CUT)
        yield from shown


class _Laid:
    """A report laid out for the console that it meets: its head fits a screen."""

    def __init__(self, report: Report, command: str, brief: bool, explain_isolation: bool) -> None:
        self._report, self._command = report, command
        self._brief, self._explain_isolation = brief, explain_isolation

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rooms = _rooms(self._report)
        for room in rooms:
            head = Group(*_head(self._report, self._command, room))
            if len(console.render_lines(head, options, pad=False)) <= SCREEN:
                break
        yield head
        if not self._brief:
            yield from _details(self._report, room, self._explain_isolation)


def render_report(
    report: Report,
    *,
    explain_isolation: bool = False,
    brief: bool = False,
    command: str = "grader",
) -> RenderableType:
    """Return the whole report: what went wrong, why and what to do next, then the rubric.

    `brief` leaves out all that comes after the next step. `command` is what the reader types to
    call the grader. `explain_isolation` adds what the submission could have done, where the walls
    are weak.
    """
    return _Laid(report, command, brief, explain_isolation)


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


def _rooms(report: Report) -> list[_Room]:
    """Return how much to try to show, from all of it to the least."""
    sentences = len(_sentences(report.mistake.explanation)) if report.mistake else 0
    less = [_Room(0, 2, 3), _Room(0, 1, 2), _Room(0, 1, 1, 3), _Room(0, 0, 1, 2), _Room(0, 0, 0, 1)]
    return [*(_Room(shown) for shown in range(sentences, -1, -1)), *less]


# --- what fits a screen


def _head(report: Report, command: str, room: _Room) -> Iterator[RenderableType]:
    yield _Headline(report)
    yield from _reason(report, room)
    decided = _deciding(report)
    if decided is not None and decided.counterexample is not None:
        yield from _shown_on(decided.counterexample, report.message, room)
    yield from _explanation(report, room)
    yield from _next_step(report, command)


class _Headline:
    """Verdict, points and file in one line; of a long path its end is shown, which tells most."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        report = self._report
        style = "bold green" if report.verdict is Verdict.ACCEPTED else "bold red"
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(str(report.verdict).replace("_", " "), style)
        line.append(f"  {report.points}/{report.max_points} points  ")
        path, room = report.submission.path, max(options.max_width - line.cell_len, 1)
        if cell_len(path) > room:
            while path and cell_len(path) > room - 1:
                path = path[1:]
            path = f"\N{HORIZONTAL ELLIPSIS}{path}"
        yield line.append(path, "dim")


def _reason(report: Report, room: _Room) -> Iterator[RenderableType]:
    folded = " ".join(report.message.split())  # a line of a learner's must not look like ours
    decided = _deciding(report)
    if report.verdict is Verdict.WRONG_STRUCTURE and decided is not None:
        asked = _sentence(decided.title)
        yield _Clipped(Text(RIGHT_NUMBERS + asked[:1].lower() + asked[1:]), 2)
    yield _Clipped(Text(_sentence(folded)), room.reason)
    if report.traceback:
        yield _source_line(report.traceback[-1])


def _source_line(line: TracebackLine) -> RenderableType:
    text = Text(f"{line.line} | {line.source.strip()}", no_wrap=True, overflow="ellipsis")
    return Padding(text, (0, 0, 0, 4))


def _deciding(report: Report) -> CriterionResult | None:
    """Return the criterion that the reason is about, if it is about one."""
    failed = [one for one in report.criteria if one.counterexample is not None]
    about = [one for one in failed if report.message.startswith(one.message)]
    return next(iter(about or failed), None)


def _shown_on(found: Counterexample, message: str, room: _Room) -> Iterator[RenderableType]:
    told = found.note and found.note not in message
    yield Text(f"\n{_capital(found.note)}:" if told else "\nFailing input:", "bold")
    yield _indented(_inputs(found, room.rows))
    if found.wrong_entries > 1 and found.differences:
        yield _indented(_differences(found, room.differences))
    elif not found.wrong_entries and found.expected is not None and found.actual is not None:
        yield _indented(_both(found.expected, found.actual))


def _explanation(report: Report, room: _Room) -> Iterator[RenderableType]:
    raised = bool(report.traceback)
    if report.untouched:
        yield Text(f"\n{UNTOUCHED}", "bold")
        return
    if report.mistake is not None:
        yield _Clipped(_section("Mistake", report.mistake.title), 3)
        if room.sentences:
            told = _sentences(report.mistake.explanation)[: room.sentences]
            yield _indented(Text(" ".join(told)))
    elif report.verdict in (Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE):
        yield Text(f"\n{UNKNOWN}", style="dim")
    if report.hint:
        yield _Clipped(_section("Hint", report.hint, gap=not report.mistake and raised), 4)


def _next_step(report: Report, command: str) -> Iterator[RenderableType]:
    yield Text.assemble(("\nNext: ", "bold cyan"), _what_next(report, command))


def _what_next(report: Report, command: str) -> str:
    name = report.problem
    match report.verdict:
        case Verdict.ACCEPTED if report.following:
            return f"you are done; go on with {command} show {report.following}"
        case Verdict.ACCEPTED:
            return "you are done; this is the last problem."
        case Verdict.JUDGE_ERROR:
            return "grade the file again; if this stays, tell whoever runs the course."
        case _ if report.untouched:
            return f"read {command} show {name}, then try {command} hint {name}"
        case Verdict.INVALID_SUBMISSION:
            return "mend that, then grade the file again."
        case Verdict.WRONG_ANSWER | Verdict.WRONG_STRUCTURE:
            return f"{command} hint {name}"
        case _:
            unknown = report.traceback and report.mistake is None
            again = "mend that, then grade the file again."
            return again if unknown else f"{command} hint {name}"


def _sentences(text: str) -> list[str]:
    return [one for one in SENTENCE.split(" ".join(text.split())) if one]


def _inputs(found: Counterexample, rows: int) -> RenderableType:
    lines: list[RenderableType] = []
    for name, value in found.inputs.items():
        if isinstance(value, ArrayValue):
            lines.append(_array(f"{name} = ", value, rows))
        else:
            lines.append(Text(f"{name} = {value}", no_wrap=True, overflow="ellipsis"))
    return Group(*lines)


def _array(name: str, value: ArrayValue, rows: int) -> Text:
    """Return an array's type and its first rows, in one line each; a short one in one line."""
    text = Text(f"{name}{value.dtype} {value.shape}", no_wrap=True, overflow="ellipsis")
    shown = list(_rows(value, rows))
    if len(shown) == 1:
        text.append(f"  {shown[0]}")
    else:
        text.append("".join(f"\n    {row}" for row in shown))
    return text


def _rows(value: ArrayValue, limit: int) -> Iterator[str]:
    """Yield an array's first rows, each on a line of its own."""
    array = np.array(value.values, dtype=object).reshape(value.shape)
    columns = value.shape[-1] if value.shape else 1
    matrix = array.reshape(-1, columns) if array.size else array.reshape(0, 0)
    for row in matrix[:limit]:
        entries = ", ".join(number(float(entry)) for entry in row[:MAX_COLUMNS])
        yield f"[{entries}{', ...' if len(row) > MAX_COLUMNS else ''}]"
    if len(matrix) > limit:
        yield f"... ({count(len(matrix) - limit, 'more row' if limit else 'row')})"


def _differences(found: Counterexample, limit: int) -> RenderableType:
    shown = found.differences[:limit]
    named = any(difference.place for difference in shown)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("entry", *(["where"] if named else []), "expected", "yours", "tolerance"):
        table.add_column(
            heading, justify="left" if heading == "where" else "right", header_style="dim"
        )
    for difference in shown:
        table.add_row(
            str(difference.index),
            *([difference.place] if named else []),
            number(difference.expected),
            number(difference.actual),
            f"{difference.allowed:.2g}",
        )
    left = found.wrong_entries - len(shown)
    return Group(table, Text(f"... and {left} more", "dim")) if left > 0 else table


def _both(expected: ArrayValue, actual: ArrayValue) -> RenderableType:
    return Group(_array("expected ", expected, 1), _array("yours    ", actual, 2))


# --- what comes after it


def _details(report: Report, room: _Room, explain_isolation: bool) -> Iterator[RenderableType]:
    if report.mistake is not None:
        left = _sentences(report.mistake.explanation)[room.sentences :]
        if left:
            yield _section("More on the mistake", " ".join(left))
    yield from _rubric(report)
    # Of a function that returns no array there is nothing to say that its reason has not said.
    unread = report.verdict is not Verdict.ACCEPTED and report.program is not None
    if report.program is not None and not (unread and report.program.finding == "not_judged"):
        yield from _program(report.program, report.verdict)
    if len(report.traceback) > 1:
        yield from _traceback(report)
    if report.stdout.strip():
        yield _printed(report.stdout)
    if explain_isolation and report.isolation is not None and report.isolation.level.is_weak:
        yield _weakness(report.isolation)
    yield _footer(report)


def _rubric(report: Report) -> Iterator[RenderableType]:
    decided = _deciding(report)
    shown = {decided.counterexample.case} if decided and decided.counterexample else set()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=4)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for result in report.criteria:
        mark, style = MARKS[result.passed]
        points = f"{result.points}/{result.max_points}"
        title = Text.assemble((result.id, "bold"), f": {result.title}")
        found = result.counterexample
        if found is None or result is decided:
            table.add_row(Text(mark, style), title, Text(points))
            continue
        parts: list[RenderableType] = [
            title,
            _indented(_Clipped(Text(_sentence(result.message)), 4)),
        ]
        if found.case in shown:
            parts.append(_indented(Text("(same inputs as above)", "dim")))
        else:
            shown.add(found.case)
            parts.append(_indented(_inputs(found, 4)))
            if found.note:
                parts.append(_indented(Text(f"({found.note})", "dim")))
        table.add_row(Text(mark, style), Group(*parts), Text(points))
    if report.criteria:
        yield Text("")
        yield table


def _program(program: ProgramInfo, verdict: Verdict) -> Iterator[RenderableType]:
    said = _sentence(program.message)
    if program.finding == "proved":
        yield _section("Proved" if verdict is Verdict.ACCEPTED else "The numbers", said)
    else:
        yield _section("Traced program", said)
    if program.products is not None:
        both = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
        both.add_row(Text("yours", "dim"), Text(program.products.submission))
        both.add_row(Text("reference", "dim"), Text(program.products.reference))
        yield _indented(both)
    if program.contradicted:
        yield _indented(Text(CONTRADICTED, "bold"))


def _traceback(report: Report) -> Iterator[RenderableType]:
    yield Text("\nHow your file came to that line", "bold")
    for line in report.traceback[:-1]:
        yield _source_line(line)


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
    shapes = count(cases.distinct_shapes, "shape")
    if cases.run < cases.requested:
        facts = [f"{cases.run} of {count(cases.requested, 'case')} called ({shapes})"]
        if report.program is not None and report.program.finding == "proved":
            facts[0] += "; the proof covers the rest"
    else:
        facts = [f"{count(cases.run, 'case')} called ({shapes})"]
    if report.largest_error is not None:
        facts.append(_size_of(report.largest_error))
    facts.append(f"to repeat: --seed {cases.seed}")
    if report.isolation is not None and report.isolation.level.is_weak:
        facts.append(f"isolation {report.isolation.level} (weak)")
    facts.append(f"{report.durations.total:.1f} s")
    return Text("\n" + "; ".join(facts), "dim")


def _size_of(error: float) -> str:
    """Say how large an error is that was given as a fraction of the tolerance."""
    if error > FAR:
        return "far outside rounding error"
    if error > 1:
        return f"largest error {error:.2g} times the tolerance"
    return f"largest error {error:.0%} of the tolerance".replace("%", " %")


def _section(heading: str, text: str, *, gap: bool = True) -> Text:
    return Text.assemble((("\n" if gap else "") + f"{heading}: ", "bold cyan"), text)


def _indented(renderable: RenderableType) -> RenderableType:
    return Padding(renderable, (0, 0, 0, 2))


def _sentence(text: str) -> str:
    """Return a message as a sentence; a first word that is code or a path stays as it is."""
    first, _, _ = text.partition(" ")
    start = text if "/" in first or "_" in first else _capital(text)
    return start + ("" if start.endswith((".", "?", "!", ":")) else ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
