"""What the attacks say of themselves, and the table of it in docs/security.md.

.venv/bin/python tests/attack_table.py     writes the table anew
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.isolation import Level
from grader.verdict import Verdict

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/security.md"
FILES = sorted((ROOT / "tests/attacks").glob("*/*.py"))
PLACE = re.compile(r"(<!-- attacks -->\n).*(<!-- end of attacks -->)", re.DOTALL)
WIDTH = max(len(f"{path.parent.name}/{path.stem}") for path in FILES)
HEADINGS = ("attack", "what it is after", *Level)


@dataclass(frozen=True, slots=True)
class Header:
    """What the first lines of an attack say."""

    harm: str
    open_at: frozenset[str]
    may_be_accepted: bool
    not_promised: str

    @classmethod
    def of(cls, path: Path) -> Header:
        lines = [
            line for line in path.read_text(encoding="utf-8").split("\n")[:4] if line[:2] == "# "
        ]
        said = dict(line[2:].split(": ", 1) for line in lines)
        assert set(said) <= {"harm", "open at", "verdict", "not promised"}, path
        levels = frozenset(said.get("open at", "").split(", ")) - {""}
        assert levels <= set(Level), path
        accepted = said.get("verdict", "") == Verdict.ACCEPTED
        return cls(said["harm"], levels, accepted, said.get("not promised", ""))

    def cell(self, level: Level) -> str:
        """Return what is to become of it at a level."""
        if self.not_promised:
            return "not promised"
        return "**open**" if level in self.open_at else "stopped"


def write_table(page: str) -> str:
    """Return the page with the table of all attacks."""
    lines: list[tuple[str, ...]] = [HEADINGS, ("---",) * len(HEADINGS)]
    for path in FILES:
        header = Header.of(path)
        name = f"`{path.parent.name}/{path.stem}`"
        lines.append((name, header.harm, *(header.cell(level) for level in Level)))
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return PLACE.sub(lambda found: found[1] + table + found[2], page)


def measured(found: Iterable[tuple[str, str, str, bool]]) -> Iterator[str]:
    """Yield the lines of the table of what came of (attack, account, level, stopped)."""
    rows: dict[str, dict[str, list[str]]] = {}
    for attack, who, level, stopped in sorted(found):
        said = f"{who} {'stopped' if stopped else 'OPEN'}"
        rows.setdefault(attack, {}).setdefault(level, []).append(said)
    yield "  ".join(("attack".ljust(WIDTH), *(level.ljust(28) for level in Level))).rstrip()
    for attack, by_level in rows.items():
        cells = (", ".join(by_level.get(level, ["not offered"])) for level in Level)
        yield "  ".join((attack.ljust(WIDTH), *(cell.ljust(28) for cell in cells))).rstrip()


if __name__ == "__main__":
    PAGE.write_text(write_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
