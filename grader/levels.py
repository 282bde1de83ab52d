"""Finds the strongest isolation level that stands on this machine, by trying."""

from __future__ import annotations

from dataclasses import dataclass

from grader import response
from grader.errors import JudgeError, UsageError
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
    except JudgeError as error:
        return Attempt(level, None, str(error))


def choose_level(asked: Level | None = None) -> Level:
    """Return the level that was asked for, else the strongest that stands here.

    Raises:
      UsageError: the one that was asked for cannot be had.
      JudgeError: not even a plain process can be started.
    """
    if asked is not None:
        attempt = try_level(asked)
        if attempt.standing is not None:
            return asked
        raise UsageError(
            f"--isolation {asked}: cannot be had on this machine ({attempt.reason}); "
            "`grader doctor` tells what would have to change"
        )
    attempts = []
    for level in STRONGEST_FIRST:
        attempts.append(try_level(level))
        if attempts[-1].standing is not None:
            return level
    raise JudgeError(f"no submission can be run on this machine: {attempts[-1].reason}")
