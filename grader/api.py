"""The judge as a function: what the command does, from Python."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from grader.catalog import choose_problem, find_course
from grader.errors import UsageError
from grader.isolation import Level
from grader.judge import JOBS, Judge
from grader.levels import choose_level
from grader.report import Report
from grader.submission import read_submission
from grader.trust import require_trust

DEFAULT_CASES = 100
MAX_JOBS = 64
MAX_CASES = 100_000
SEEDS = 2**32


def grade(  # noqa: PLR0913 - one parameter for each option of the command
    path: str | os.PathLike[str],
    problem: str | None = None,
    seed: int | None = None,
    cases: int = DEFAULT_CASES,
    root: str | os.PathLike[str] | None = None,
    *,
    isolation: str | None = None,
    allow_weak_isolation: bool = False,
    jobs: int = JOBS,
    programs: bool = True,
) -> Report:
    """Grade one file and return the report.

    Args:
      path: the submission, a Python file.
      problem: the problem's name; without it, the file's folder or its entry point tells.
      seed: what the cases are drawn from; without it, a fresh one that the report names.
      cases: how many calls are judged.
      root: the folder that holds `problems/` and `reference/`; without it, the nearest one
        upwards of the current folder, else the course that was installed.
      isolation: "process", "kernel" or "kernel+namespaces"; without it, the strongest that
        stands on this machine.
      allow_weak_isolation: grade the file even if the level is "process", which lets its code do
        what this account can do.
      jobs: how many boxes of the submission, and processes of the reference, work side by side.
      programs: whether the submission's program is compared with the reference's, beside the calls.

    Raises:
      UsageError: the path cannot be read, no problem fits, the isolation cannot be had, or it
        is too weak for a file that may be another person's.
      SpecError: the problem's own files are at fault.
    """
    course = find_course(Path(root) if root is not None else None)
    submission = read_submission(Path(path))
    chosen = choose_problem(course, problem, submission.path, submission.source)
    seed, cases, level = pick_seed(seed), check_cases(cases), choose_level(read_level(isolation))
    require_trust(level, [submission.path], course.root, allowed=allow_weak_isolation, ask=None)
    with Judge(
        chosen, seed=seed, cases=cases, level=level, jobs=check_jobs(jobs), programs=programs
    ) as judge:
        return judge.grade(submission)


def read_level(name: str | None) -> Level | None:
    """Return the isolation level of that name.

    Raises:
      UsageError: there is none.
    """
    try:
        return Level(name) if name is not None else None
    except ValueError:
        raise UsageError(f"isolation {name!r}: is none of {', '.join(Level)}") from None


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


def check_jobs(jobs: int) -> int:
    """Return the number of processes side by side that was asked for.

    Raises:
      UsageError: it is out of range.
    """
    if not 1 <= jobs <= MAX_JOBS:
        raise UsageError(f"--jobs {jobs}: is not between 1 and {MAX_JOBS}")
    return jobs


def check_cases(cases: int) -> int:
    """Return the number of cases that was asked for.

    Raises:
      UsageError: it is out of range.
    """
    if not 1 <= cases <= MAX_CASES:
        raise UsageError(f"--cases {cases}: is not between 1 and {MAX_CASES:,}")
    return cases
