"""Says in plain words what a box, or the course, does not let a submission do."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from grader.isolation import Level
from grader.observation import Forbidden, Raised
from grader.text import legible_line

ALWAYS = ("jax", "flax", "numpy")  # as grader.worker.modules has them
NO_MODULE = re.compile(r"No module named '([\w.]+)'")
MAX_SHOWN = 60  # characters of a path

NOBODY = Forbidden(
    "nobody is there to type, so input() gets nothing",
    "Take what you need from the function's arguments.",
)
NO_NETWORK = Forbidden(
    "the box has no network",
    "Put what you would download into the file, or compute it there.",
)
NO_PROGRAMS = Forbidden(
    "the box starts no programs and no further processes",
    "Do it in Python, inside the function; threads are allowed.",
)
NO_TEMPORARY = Forbidden(
    "the box has no folder for temporary files",
    "Keep it in a variable, or in io.BytesIO or io.StringIO.",
)
NO_PERMISSION = Forbidden(
    "the box does not allow this: no files, no network, no programs and no signals to others",
    "Compute the answer from the arguments alone.",
)
ONE_FILE = Forbidden(
    "only this one file is sent, so there is nothing beside it to import from",
    "Copy what you need from your other file into this one.",
)
# The file of the standard library in which an exception was raised.
BY_MODULE = {
    "socket.py": NO_NETWORK,
    "_socket.py": NO_NETWORK,
    "subprocess.py": NO_PROGRAMS,
    "stand_ins.py": NO_PROGRAMS,
    "popen_fork.py": NO_PROGRAMS,
    "popen_spawn_posix.py": NO_PROGRAMS,
    "util.py": NO_PROGRAMS,  # of multiprocessing
    "pty.py": NO_PROGRAMS,
    "tempfile.py": NO_TEMPORARY,
}


@dataclass(frozen=True, slots=True)
class House:
    """What a box is like: its level, and the packages that its course names, if it names any."""

    level: Level
    packages: tuple[str, ...] | None = None


def find_forbidden(raised: Raised, house: House) -> Forbidden | None:
    """Say what was not allowed, where an exception comes of that and of nothing else."""
    if raised.type_name == "ModuleNotFoundError":
        return _of_module(raised, house.packages)
    if raised.type_name == "ImportError":
        relative = (raised.message or "").startswith("attempted relative import")
        return ONE_FILE if relative else None
    if raised.type_name == "EOFError":
        return NOBODY if raised.message == "EOF when reading a line" else None
    if house.level.is_weak:  # files, programs and the network are there
        return None
    return _of_system(raised)


def _of_module(raised: Raised, packages: Sequence[str] | None) -> Forbidden | None:
    found = NO_MODULE.search(raised.message or "")
    name = found[1].partition(".")[0] if found else ""
    if not name or name in sys.stdlib_module_names or name in ALWAYS:
        return None
    hint = (
        f"If {name} is a file of yours, copy what you need from it into this file: only the one "
        "file is sent. Otherwise do without it."
    )
    if packages is None:
        return Forbidden(f"there is no module {name} where files are graded", hint)
    if name in packages:
        return Forbidden(
            f"{name} is allowed, but it is not installed where files are graded",
            "Tell your course, or do without it.",
        )
    allowed = ", ".join(["the standard library", *ALWAYS, *packages])
    return Forbidden(f"{name} is not among the modules that this course allows: {allowed}", hint)


def _of_system(raised: Raised) -> Forbidden | None:
    """Return what the walls did not let an operation of the system do."""
    if raised.type_name in ("gaierror", "URLError"):
        return NO_NETWORK
    if raised.errno is None:  # the submission's own exception
        return None
    path = re.search(r": '(.{1,2000})'$", raised.message or "", re.DOTALL)
    if raised.module in BY_MODULE and raised.errno in (errno.EPERM, errno.EACCES, errno.ENOENT):
        return BY_MODULE[raised.module]
    if path is not None and raised.errno in (errno.ENOENT, errno.EACCES):
        return _no_file(path[1])
    if raised.errno in (errno.EROFS, errno.EPERM) and path is not None:
        return _no_writing(path[1])
    return NO_PERMISSION if raised.errno == errno.EPERM else None


def _no_file(path: str) -> Forbidden:
    return Forbidden(
        f"the box has none of your files, and keeps none: {legible_line(path, MAX_SHOWN)}",
        "Put what the function needs into the file that you hand in, and write nothing to disk.",
    )


def _no_writing(path: str) -> Forbidden:
    return Forbidden(
        f"the box lets nothing be written to disk: {legible_line(path, MAX_SHOWN)}",
        "Return the answer; print what you want to see.",
    )
