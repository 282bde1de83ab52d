"""What a save has changed: criteria won and lost since the report before."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from grader.report import Report
from grader.watch import changes


def render_changes(before: Report | None, after: Report, when: str) -> RenderableType:
    """Return a line with the time of day, and one for each criterion that is paid otherwise."""
    found = changes(before, after)
    text = Text(f"{when}  graded in {after.durations.total:.1f} s", "dim")
    if before is not None and not found:
        text.append("; no criterion won or lost since the last save")
    for change in found:
        points = change.criterion.points - change.before
        word, style = ("won", "green") if points > 0 else ("lost", "red")
        text.append(f"\n{word:<5}{points:+d}  ", style)
        text.append(change.criterion.title)
    text.append("\n")
    return text
