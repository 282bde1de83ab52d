"""Puts up the walls of a box, from inside, before learner code is there."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from . import figures, landlock, limits, namespaces, privileges, seccomp, stand_ins, visible

PROCESS, KERNEL, NAMESPACES = "process", "kernel", "kernel+namespaces"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to stand.

    `root` is an empty folder of the box's own outside it; `scratch` is the folder that it may
    write in where there are no namespaces, and its size.
    """

    level: str
    rlimits: dict[str, int]
    root: str
    scratch: str
    scratch_mib: int


class WallError(Exception):
    """A wall does not stand; the text says which, and why."""


def put_up(plan: Plan) -> list[str]:
    """Put up every wall of a level and return their names, the resource limits among them.

    Raises:
      WallError: one of them does not stand.
    """
    if plan.level == PROCESS:
        _move_to(plan.scratch)
        figures.prepare(plan.scratch)
        return [*_drop_privileges(), *_limit(plan)]
    _or_fail("threads", _require_one_thread)
    walls: list[str] = []
    program = _or_fail("seccomp", lambda: seccomp.read_program(plan.scratch_mib > 0))
    readable, scratch = visible.readable_paths(), plan.scratch
    if plan.level == NAMESPACES:
        outside = (plan.root, readable, visible.USABLE, plan.scratch_mib)
        _or_fail("namespaces", lambda: namespaces.leave_the_rest(*outside))
        scratch = namespaces.SCRATCH
        walls.append("namespaces")
    _move_to(scratch if plan.scratch_mib else "/")
    figures.prepare(namespaces.EMPTY if plan.level == NAMESPACES else plan.root)
    walls += _drop_privileges()
    kept = [scratch] if plan.scratch_mib else []
    paths = (readable, visible.listed_folders(), visible.USABLE, kept)
    version = _or_fail("Landlock", lambda: landlock.restrict(*paths))
    walls += [f"Landlock ABI {version}", *_limit(plan)]
    _or_fail("packages", _require_packages)
    stand_ins.use()
    _or_fail("seccomp", lambda: seccomp.load(program))
    return [*walls, "seccomp"]


def _require_one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:  # the others would stay outside of Landlock
        raise OSError(f"{threads} run before the walls are up; there must be one")


def _require_packages() -> None:
    """Fail if what is imported from can no longer be reached, say in another account's home."""
    for folder in visible.listed_folders():
        os.listdir(folder)


def _drop_privileges() -> list[str]:
    if sys.platform != "linux":
        return []
    _or_fail("privileges", privileges.drop_privileges)
    return ["no capabilities", "no new privileges"]


def _limit(plan: Plan) -> list[str]:
    return [f"rlimit {name}" for name in limits.apply(plan.rlimits)]


def _move_to(folder: str) -> None:
    """Make a folder the current one, and the home and the temporary one too."""
    os.chdir(folder)
    os.environ["HOME"] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder  # else it tries whether it can write, on being asked for the name


def _or_fail(wall: str, action: Callable[[], T]) -> T:
    try:
        return action()
    except OSError as error:
        raise WallError(f"{wall}: {error.strerror or error}") from error
