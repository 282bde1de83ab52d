"""Adds the course to the distribution, as data that no import can reach.

Everything else is declared in pyproject.toml. The folders problems/ and reference/ land under
share/grader/ of the installation; `importlib.metadata` finds them there.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.editable_wheel import editable_wheel

COURSE = ("problems", "reference")


def course_files() -> list[tuple[str, list[str]]]:
    """Return setuptools' (target folder, files) pairs for every folder of the course."""
    by_folder: dict[str, list[str]] = {}
    inside = (path for top in COURSE for path in Path(top).rglob("*"))
    for path in sorted([*inside, Path("course.toml")]):
        if path.is_file() and not _is_litter(path):
            target = (Path("share/grader") / path.parent).as_posix()
            by_folder.setdefault(target, []).append(path.as_posix())
    return list(by_folder.items())


def _is_litter(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return hidden or "__pycache__" in path.parts or path.suffix == ".pyc"


class EditableWithoutCourse(editable_wheel):
    """Leaves the course where it is: a copy made at install time would go stale unseen."""

    def run(self) -> None:
        self.distribution.data_files = []
        super().run()


setup(data_files=course_files(), cmdclass={"editable_wheel": EditableWithoutCourse})
