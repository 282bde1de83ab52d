"""The checks: what each criterion asks of one case. One file per check.

A check is a pure function from a `Trial` to a `Finding`; it runs no code of the submission.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.checks import determinism, output, transforms, values, variables
from grader.checks.trial import Expected, Failed, Finding, Held, NotReached, Trial
from grader.spec import CheckName, Criterion

CHECKS: Mapping[CheckName, Callable[[Trial, Criterion], Finding]] = {
    "output": output.check,
    "values": values.check,
    "determinism": determinism.check,
    "variables": variables.check,
    "transforms": transforms.check,
}

# A failure of these is a wrong answer; of the others, a wrong structure.
ABOUT_ANSWERS: frozenset[CheckName] = frozenset({"output", "values", "determinism"})
ABOUT_STRUCTURE: frozenset[CheckName] = frozenset({"variables", "transforms"})

__all__ = [
    "ABOUT_ANSWERS",
    "ABOUT_STRUCTURE",
    "CHECKS",
    "Expected",
    "Failed",
    "Finding",
    "Held",
    "NotReached",
    "Trial",
]
