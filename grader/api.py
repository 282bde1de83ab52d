"""The judge as a function: what the command does, from Python."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from grader.catalog import choose_problem, find_course
from grader.errors import UsageError
from grader.judge import Judge
from grader.report import Report
from grader.submission import read_submission

DEFAULT_CASES = 100
MAX_CASES = 100_000
SEEDS = 2**32


def grade(
    path: str | os.PathLike[str],
    problem: str | None = None,
    seed: int | None = None,
    cases: int = DEFAULT_CASES,
    root: str | os.PathLike[str] | None = None,
) -> Report:
    """Grade one file and return the report.

    Args:
      path: the submission, a Python file.
      problem: the problem's name; without it, the file's folder or its entry point tells.
      seed: what the cases are drawn from; without it, a fresh one that the report names.
      cases: how many calls are judged.
      root: the folder that holds `problems/` and `reference/`; without it, the nearest one
        upwards of the current folder, else the course that was installed.

    Raises:
      UsageError: the path cannot be read, or no problem fits.
      SpecError: the problem's own files are at fault.
    """
    course = find_course(Path(root) if root is not None else None)
    submission = read_submission(Path(path))
    chosen = choose_problem(course, problem, submission.path, submission.source)
    with Judge(chosen, seed=pick_seed(seed), cases=check_cases(cases)) as judge:
        return judge.grade(submission)


def pick_seed(seed: int | None) -> int:
    """Return the seed that was asked for, or a fresh one.

    Raises:
      UsageError: the seed is out of range.
    """
    if seed is None:
        return secrets.randbelow(SEEDS)
    if not 0 <= seed < SEEDS:
        raise UsageError(f"--seed {seed}: is not between 0 and {SEEDS - 1}")
    return seed


def check_cases(cases: int) -> int:
    """Return the number of cases that was asked for.

    Raises:
      UsageError: it is out of range.
    """
    if not 1 <= cases <= MAX_CASES:
        raise UsageError(f"--cases {cases}: is not between 1 and {MAX_CASES:,}")
    return cases
