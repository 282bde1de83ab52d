"""The closed set of verdicts, and how exit statuses follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """What the judge concludes about a submission."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    WRONG_STRUCTURE = "wrong_structure"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    RESOURCE_LIMIT_EXCEEDED = "resource_limit_exceeded"
    INVALID_SUBMISSION = "invalid_submission"
    JUDGE_ERROR = "judge_error"


class ExitStatus(IntEnum):
    """The exit status of the command."""

    ACCEPTED = 0
    NOT_ACCEPTED = 1
    USAGE = 2
    JUDGE_ERROR = 3


def exit_status(verdicts: Iterable[Verdict], unreadable: bool = False) -> ExitStatus:
    """Return the status for a run: our own fault wins, then the user's, then the learners'."""
    found = set(verdicts)
    if Verdict.JUDGE_ERROR in found:
        return ExitStatus.JUDGE_ERROR
    if unreadable:
        return ExitStatus.USAGE
    return ExitStatus.NOT_ACCEPTED if found - {Verdict.ACCEPTED} else ExitStatus.ACCEPTED
