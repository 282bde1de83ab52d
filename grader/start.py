"""Gives a learner the starter of a problem, without ever overwriting a file."""

from __future__ import annotations

import os
from pathlib import Path

from grader.catalog import Course, Problem
from grader.errors import UsageError
from grader.text import naming


def default_place(course: Course, problem: Problem) -> Path:
    """Return submissions/<problem>/<problem>.py: of the course one stands in, else under here.

    The path leads there from the current folder.
    """
    here, place = Path.cwd(), Path("submissions") / problem.name / f"{problem.name}.py"
    if not here.is_relative_to(course.root):
        return place
    return Path(os.path.relpath(course.root / place, here))


def copy_starter(course: Course, problem: Problem, target: Path | None, command: str) -> Path:
    """Copy the starter to `target`, by default into submissions/, and return where it is.

    A target that is a folder gets the file inside it. What the starter says of our commands is
    said as `command`.

    Raises:
      UsageError: the file exists already, or cannot be written.
    """
    path = target or default_place(course, problem)
    if path.is_dir():
        path = path / f"{problem.name}.py"
    content = naming(command, problem.load_starter())
    another = f"{command} start {problem.name} my_file.py"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise UsageError(
            f"{path}: exists already; nothing was changed. Another name: {another}"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written: {error.strerror}. Another place: {another}"
        ) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return path
