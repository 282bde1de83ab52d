"""Grades a file again on every save; a run that the next save overtakes is given up."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import watchfiles

from grader.catalog import Course, choose_problem
from grader.errors import GraderError, UsageError
from grader.judge import Judge
from grader.report import CriterionResult, Report
from grader.sandbox import Starter
from grader.session import Settings
from grader.submission import read_submission
from grader.trials import Tick

DEBOUNCE_MS = 200  # an editor may write, rename and write again for one save
Show = Callable[[Report | GraderError, Report | None], None]


class Overtaken(BaseException):
    """The run is of no interest any more; no fault, so that nothing on the way reports it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion that pays other points than in the report before."""

    criterion: CriterionResult
    before: int


def changes(before: Report | None, after: Report) -> list[Change]:
    """Return the criteria that were won or lost since a report on the same problem."""
    if before is None or before.problem != after.problem:
        return []
    earlier = {one.id: one.points for one in before.criteria}
    return [
        Change(one, earlier[one.id])
        for one in after.criteria
        if one.id in earlier and one.points != earlier[one.id]
    ]


class Watcher:
    """Grades one file again and again, with one judge; `show` is told of each result.

    Use it as a context manager: leaving it ends every process.
    """

    def __init__(self, course: Course, path: Path, settings: Settings, tick: Tick, show: Show):
        self._course, self._path, self._settings = course, path, settings
        self._tell, self._show = tick, show
        self._stack = contextlib.ExitStack()
        self._starter = Starter.with_cache()
        self._stack.callback(self._starter.close)
        self._judges: dict[str, Judge] = {}
        self._overtaken = threading.Event()
        self._grading: threading.Thread | None = None
        self._last: Report | None = None

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.give_up()
        finally:
            self._stack.close()

    def start(self) -> None:
        """Begin to grade the file as it is now, in the background."""
        self.give_up()
        self._overtaken.clear()
        self._grading = threading.Thread(target=self._grade, name="grading", daemon=True)
        self._grading.start()

    def give_up(self) -> None:
        """End the run in hand, if there is one; nothing is shown of it."""
        self._overtaken.set()
        while self._grading is not None and self._grading.is_alive():
            for judge in self._judges.values():
                judge.interrupt()
            self._grading.join(0.05)
        self._grading = None

    def wait(self) -> None:
        """Wait for the run in hand."""
        if self._grading is not None:
            self._grading.join()

    def _grade(self) -> None:
        with contextlib.suppress(Overtaken):
            result = self._result()
            if not self._overtaken.is_set():
                self._show(result, self._last)
                self._last = result if isinstance(result, Report) else self._last

    def _result(self) -> Report | GraderError:
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
                    )
                )
            return self._judges[problem.name].grade(submission)
        except GraderError as error:
            return error

    def _tick(self, what: str, done: int, total: int) -> None:
        if self._overtaken.is_set():
            raise Overtaken
        self._tell(what, done, total)


def watch(watcher: Watcher, path: Path) -> NoReturn:
    """Grade a file now, and again whenever it was saved, until a signal ends the program.

    Raises:
      UsageError: its folder cannot be watched.
    """
    saved: queue.SimpleQueue[bool] = queue.SimpleQueue()
    stop = threading.Event()
    # Editors put another file in its place: the folder stays the same.
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder that could be watched")

    def listen() -> None:
        with contextlib.suppress(OSError):
            for _ in watchfiles.watch(
                folder,
                watch_filter=lambda _, changed: Path(changed).name == path.name,
                debounce=DEBOUNCE_MS,
                recursive=False,
                stop_event=stop,
                ignore_permission_denied=True,
            ):
                saved.put(True)
        saved.put(False)

    listener = threading.Thread(target=listen, name="watch", daemon=True)
    listener.start()
    try:
        while True:
            watcher.start()
            if not saved.get():
                raise UsageError(f"{folder}: cannot be watched any more")
    finally:
        stop.set()
