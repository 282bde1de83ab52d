"""Finds the strongest isolation level that stands on this machine, by trying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader import response
from grader.errors import UsageError
from grader.isolation import STRONGEST_FIRST, Level, Standing
from grader.sandbox import Box, BoxPlan, WallsError
from grader.spec import Limits


@dataclass(frozen=True, slots=True)
class Attempt:
    """One level as it was tried: what stands, or why it does not."""

    level: Level
    standing: Standing | None
    reason: str = ""


def try_level(level: Level) -> Attempt:
    """Put up the walls of a level around an empty box, and probe them."""
    try:
        with Box(BoxPlan(Limits(), level, serves=False)) as box:
            box.wait_until_ready(response.read_ready)
            return Attempt(level, box.standing)
    except WallsError as error:
        return Attempt(level, None, error.reason)


def choose_level(asked: Level | None = None) -> Level:
    """Return the level that was asked for, else the strongest that stands here.

    Raises:
      UsageError: the one that was asked for cannot be had.
      JudgeError: not even a plain process can be started.
    """
    wanted: Sequence[Level] = [asked] if asked else STRONGEST_FIRST
    failed = None
    for level in wanted:
        failed = try_level(level)
        if failed.standing is not None:
            return level
    reason = failed.reason if failed else ""
    raise UsageError(
        f"--isolation {wanted[-1]}: cannot be had on this machine ({reason}); "
        "`grader doctor` tells what would have to change"
    )
