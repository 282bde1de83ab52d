"""Grades a file again on every save; a run that the next save overtakes is given up."""

from __future__ import annotations

import contextlib
import functools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import watchfiles

from grader.catalog import Course, choose_problem
from grader.errors import GraderError, JudgeError, UsageError
from grader.judge import Judge
from grader.processes import Starter
from grader.report import CriterionResult, Report
from grader.session import Settings
from grader.submission import read_submission
from grader.trials import Tick
from grader.verdict import Verdict

DEBOUNCE_MS = 200  # an editor may write, rename and write again for one save
Result = Report | GraderError
Told = tuple[int, Result]  # the number of a run, and what came of it
Show = Callable[[Result, Report | None], None]


class Overtaken(BaseException):
    """The run is of no interest any more; no fault, so that nothing on the way reports it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion that pays other points than in the report before."""

    criterion: CriterionResult
    before: int


def changes(before: Report | None, after: Report) -> list[Change]:
    """Return the criteria that were won or lost since a report on the same problem."""
    if before is None or before.problem != after.problem or after.verdict is Verdict.JUDGE_ERROR:
        return []
    earlier = {one.id: one.points for one in before.criteria}
    return [
        Change(one, earlier[one.id])
        for one in after.criteria
        if one.id in earlier and one.points != earlier[one.id]
    ]


class Watcher:
    """Grades one file again and again, with one judge; `done` is told of each result.

    That happens in the thread that grades. Leaving the context ends every process.
    """

    def __init__(
        self,
        course: Course,
        path: Path,
        settings: Settings,
        starter: Starter,
        tick: Tick,
        done: Callable[[Told], None],
    ) -> None:
        self._course, self._path, self._settings = course, path, settings
        self._starter = starter
        self._tell, self._done = tick, done
        self._stack = contextlib.ExitStack()
        self._judges: dict[str, Judge] = {}
        self._overtaken = threading.Event()
        self._grading: threading.Thread | None = None
        self._number = 0

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.give_up()
        finally:
            self._stack.close()

    def start(self) -> int:
        """Begin to grade the file as it is now, in the background; return the run's number."""
        self.give_up()
        self._overtaken.clear()
        self._number += 1
        self._grading = threading.Thread(target=self._grade, name="grading", daemon=True)
        self._grading.start()
        return self._number

    def give_up(self) -> None:
        """End the run in hand, if there is one; nothing is told of it."""
        self._overtaken.set()
        while self._grading is not None and self._grading.is_alive():
            for judge in list(self._judges.values()):
                judge.interrupt()
            self._grading.join(0.05)
        self._grading = None

    def _grade(self) -> None:
        with contextlib.suppress(Overtaken):
            result = self._result()
            if not self._overtaken.is_set():
                self._done((self._number, result))

    def _result(self) -> Result:
        try:
            submission = read_submission(self._path)
            wanted = self._settings.problem
            problem = choose_problem(self._course, wanted, self._path, submission.source)
            if problem.name not in self._judges:
                self._judges[problem.name] = self._stack.enter_context(
                    Judge(
                        problem,
                        seed=self._settings.seed,
                        cases=self._settings.cases,
                        tick=self._tick,
                        level=self._settings.level,
                        starter=self._starter,
                        jobs=self._settings.jobs,
                        programs=self._settings.programs,
                    )
                )
            return self._judges[problem.name].grade(submission)
        except GraderError as error:
            return error
        except Exception as fault:  # a bug of ours: it is told, and the next save is graded
            return JudgeError(f"judge error (not your fault): {type(fault).__name__}: {fault}")

    def _tick(self, what: str, done: int, total: int) -> None:
        if self._overtaken.is_set():
            raise Overtaken
        self._tell(what, done, total)


def watch(
    course: Course, path: Path, settings: Settings, starter: Starter, tick: Tick, show: Show
) -> NoReturn:
    """Grade a file now, and again whenever it was saved, until a signal ends the program.

    `show` is told of each result, and of the report before it.

    Raises:
      UsageError: there is no such file or problem, or its folder cannot be watched. No later save
        would mend that; a file that is gone later may come back.
    """
    read_submission(path)
    if settings.problem is not None:
        course.problem(settings.problem)
    folder = path.resolve().parent
    events: queue.SimpleQueue[Told | bool] = queue.SimpleQueue()
    stop = threading.Event()
    listener = functools.partial(_listen, folder, path.name, stop, events.put)
    threading.Thread(target=listener, name="watch", daemon=True).start()
    last: Report | None = None
    try:
        with Watcher(course, path, settings, starter, tick, events.put) as watcher:
            current = watcher.start()
            while True:
                event = events.get()
                if event is True:
                    current = watcher.start()
                elif event is False:
                    raise UsageError(f"{folder}: cannot be watched any more")
                elif event[0] == current:  # not of a run that was overtaken meanwhile
                    result = event[1]
                    show(result, last)
                    if isinstance(result, Report) and result.verdict is not Verdict.JUDGE_ERROR:
                        last = result
    finally:
        stop.set()


def _listen(folder: Path, name: str, stop: threading.Event, tell: Callable[[bool], None]) -> None:
    """Tell of each save of a file; editors put another in its place, but the folder stays."""
    with contextlib.suppress(OSError, RuntimeError):  # of its own: no more inotify instances, say
        for _ in watchfiles.watch(
            folder,
            watch_filter=lambda _, changed: Path(changed).name == name,
            debounce=DEBOUNCE_MS,
            recursive=False,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            tell(True)
    tell(False)
