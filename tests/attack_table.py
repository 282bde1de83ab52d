"""Writes the table of docs/security.md from what `ATTACK_TABLE=FILE ./run tests -m attacks` noted.

.venv/bin/python tests/attack_table.py FILE
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "security.md"
PLACE = re.compile(r"(<!-- attacks -->\n).*(<!-- end of attacks -->)", re.DOTALL)
LEVELS = ("process", "kernel", "kernel+namespaces")
HEADINGS = ("attack", "what it is after", *LEVELS)


def cell(found: set[bool]) -> str:
    """Return what became of an attack at a level, as all accounts together saw it."""
    if not found:
        return "-"
    return "stopped" if all(found) else "**open**"


def main() -> None:
    """Read the notes and put the table into the page."""
    stopped: dict[tuple[str, str, str], dict[str, set[bool]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        folder, name, harm, _, level, held = line.split("\t")
        stopped[folder, name, harm][level].add(held == "True")
    rows = [
        (f"`{folder}/{name}`", harm, *(cell(levels[level]) for level in LEVELS))
        for (folder, name, harm), levels in sorted(stopped.items())
    ]
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(PLACE.sub(lambda found: found[1] + table + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
