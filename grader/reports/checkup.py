"""What `grader doctor` found, for a person at a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.doctor import Checkup
from grader.isolation import PROBES, could
from grader.levels import Attempt
from grader.text import legible_line


def render_checkup(found: Checkup) -> RenderableType:
    """Return the levels with what is open at each, what to change, and facts of the machine."""
    strongest = found.strongest or "none"
    parts: list[RenderableType] = [
        Text.assemble("isolation ", (str(strongest), "bold"), ": the strongest that stands here")
    ]
    for attempt in found.attempts:
        parts += _attempt(attempt)
    if found.advice:
        parts.append(Text("\nTo get a stronger one", "bold"))
        parts += [Padding(Text(f"- {line}"), (0, 0, 0, 2)) for line in found.advice]
    parts += [Text("\nWhat grading uses", "bold"), _facts(found)]
    return Group(*parts)


def _attempt(attempt: Attempt) -> list[RenderableType]:
    standing = attempt.standing
    if standing is None:
        head = Text.assemble("\n", (attempt.level, "bold"), "  does not stand")
        return [head, Padding(Text(legible_line(attempt.reason)), (0, 0, 0, 2))]
    closed = len(PROBES) - len(standing.open)
    head = Text.assemble(
        "\n", (attempt.level, "bold"), f"  stands; {closed} of {len(PROBES)} probes were stopped"
    )
    lines: list[RenderableType] = [head]
    lines.append(Padding(Text("walls: " + ", ".join(standing.walls)), (0, 0, 0, 2)))
    if standing.open:
        lines.append(Text("  a submission could"))
    lines += [Padding(Text(f"- {could(one)}"), (0, 0, 0, 4)) for one in standing.open]
    return lines


def _facts(found: Checkup) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    for name, value in found.facts.items():
        table.add_row(f"  {name}", Text(value))
    return table
