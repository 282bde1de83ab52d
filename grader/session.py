"""Grades many files in one go: one judge for each problem, the same cases for every file."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.catalog import Course, choose_problem
from grader.draft import report_unreadable
from grader.errors import GraderError, UnreadableError
from grader.isolation import Level
from grader.judge import JOBS, Judge
from grader.processes import Starter
from grader.report import Report, RunInfo
from grader.submission import read_submission
from grader.trials import Tick


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are graded: on which cases, and inside which walls."""

    seed: int
    cases: int
    level: Level
    problem: str | None = None
    jobs: int = JOBS
    programs: bool = True


def grade_files(
    course: Course, files: Sequence[Path], settings: Settings, starter: Starter, tick: Tick
) -> Generator[Report | GraderError, None, None]:
    """Yield a report for each file, or what keeps it from being graded, in the files' order.

    A path that cannot be read has a report too. Closing the generator ends every process.
    """
    with contextlib.ExitStack() as stack:
        judges: dict[str, Judge] = {}
        for path in files:
            try:
                submission = read_submission(path)
                chosen = choose_problem(course, settings.problem, path, submission.source)
                if chosen.name not in judges:
                    judge = Judge(
                        chosen,
                        seed=settings.seed,
                        cases=settings.cases,
                        tick=tick,
                        level=settings.level,
                        starter=starter,
                        jobs=settings.jobs,
                        programs=settings.programs,
                    )
                    judges[chosen.name] = stack.enter_context(judge)
                report = judges[chosen.name].grade(submission)
            except UnreadableError as fault:
                how = RunInfo.now(settings.jobs, settings.programs)
                yield report_unreadable(path, fault, settings.cases, settings.seed, how)
            except GraderError as error:
                yield error
            else:
                yield report
