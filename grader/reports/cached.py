"""What `grader cache` shows."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.cache import LARGEST_MIB, MIB, Contents
from grader.text import count, legible_path


def render_cache(found: Contents) -> RenderableType:
    """Return the folder and what is in it."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    table.add_row("folder", Text(legible_path(str(found.folder))))
    table.add_row("compiled", _size("program", *found.programs))
    table.add_row("expected", _size("answer", *found.answers))
    table.add_row("of other versions", _size("file", *found.of_other_versions))
    table.add_row(
        "at most", f"{LARGEST_MIB} MiB; what was not used for the longest time goes first"
    )
    return table


def _size(noun: str, number: int, size: int) -> str:
    return f"{count(number, noun)}, {size / MIB:.1f} MiB"
