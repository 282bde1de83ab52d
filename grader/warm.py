"""Compiles what every run of a problem needs, ahead of the first one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from grader import cache
from grader.cases import CaseSource
from grader.catalog import Problem
from grader.errors import UsageError
from grader.processes import Starter
from grader.reference import Reference
from grader.trials import Tick


def warm_up(problems: Iterable[Problem], tick: Tick) -> None:
    """Run each problem's solution on the cases that every run begins with.

    Raises:
      UsageError: this account can have no cache.
    """
    if cache.compiled() is None:
        raise UsageError(f"{cache.folder()}: cannot be made, or others may write to it")
    with contextlib.closing(Starter.with_cache()) as starter:
        for problem in problems:
            pinned = CaseSource(problem.cases, problem.spec).pinned()
            with Reference(problem, starter) as reference:  # known answers would compile nothing
                for done, case in enumerate(pinned):
                    tick(f"compiling {problem.name}", done, len(pinned))
                    reference.expect(case)
