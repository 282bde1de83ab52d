"""Two programs, side by side, for a person at a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.explain import Explained, listed

STYLES = {"+": "green", "-": "red", " ": ""}


def render_explained(explained: Explained) -> RenderableType:
    """Return the rows of both programs, those of one alone marked."""
    head = Text(f"For {listed(explained.at)}. ")
    if explained.same:
        head.append("The reference's program and yours are the same.", "bold green")
    else:
        head.append('"-": only in the reference; "+": only in yours.')
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for ratio in (None, None, None, 1):
        table.add_column(ratio=ratio, no_wrap=ratio is None)
    for mark, row in explained.rows:
        style = STYLES[mark]
        table.add_row(
            Text(mark, style), Text(row.name, style), Text(row.kind, style), Text(row.says, style)
        )
    return Group(head, Text(""), table)
