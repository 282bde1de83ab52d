"""Gives a learner the starter of a problem, without ever overwriting a file."""

from __future__ import annotations

import os
from pathlib import Path

from grader.catalog import Problem
from grader.errors import UsageError


def copy_starter(problem: Problem, target: Path | None) -> Path:
    """Copy the starter to `target`, by default submissions/<problem>/<problem>.py under here.

    A target that is a folder gets the file inside it.

    Raises:
      UsageError: the file exists already, or cannot be written.
    """
    path = target or Path("submissions") / problem.name / f"{problem.name}.py"
    if path.is_dir():
        path = path / f"{problem.name}.py"
    content = problem.starter.read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise UsageError(f"{path}: exists already, and is never overwritten") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return path
