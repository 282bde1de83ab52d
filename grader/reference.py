"""The reference side of a run: what the solution does on each case, computed once."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from grader.cases import Case
from grader.catalog import Problem
from grader.checks import Expected
from grader.compare import allowed_error
from grader.edges import Shape
from grader.errors import JudgeError, SpecError
from grader.messages import describe_load, describe_outcome
from grader.observation import Loaded, Lowered, Returned
from grader.observer import Observer
from grader.processes import BY_THEMSELVES, Starter
from grader.proof import Fixed, Made, Traced, arrays_of, make_program
from grader.store import Store

T = TypeVar("T")


class Reference:
    """The solution in trusted processes of its own; answers are kept for the whole run.

    So many processes work side by side, each on shapes of its own, as a shape costs a compilation.
    One starts when it is first asked for a case that is not in the store.
    """

    def __init__(
        self,
        problem: Problem,
        starter: Starter = BY_THEMSELVES,
        store: Store | None = None,
        jobs: int = 1,
    ) -> None:
        self._problem, self._starter, self._store = problem, starter, store
        self._source = problem.solution.read_text(encoding="utf-8")  # as it is now, for all cases
        self._threads = [concurrent.futures.ThreadPoolExecutor(1, "reference") for _ in range(jobs)]
        self._thread_of_shape: dict[object, int] = {}
        self._known: dict[str, concurrent.futures.Future[Expected]] = {}
        self._observers: dict[int, Observer] = {}  # of each thread
        self._programs: dict[object, concurrent.futures.Future[Made]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they are computing ahead."""
        with self._lock:
            self._closed = True
        for thread in self._threads:
            thread.shutdown(wait=False, cancel_futures=True)
        for observer in list(self._observers.values()):
            observer.close()
        for thread in self._threads:
            thread.shutdown()

    def work_ahead(self, cases: Iterable[Case]) -> None:
        """Compute cases in the background, while the submission is called on them."""
        for case in cases:
            self._ask(case)

    def stop_ahead(self) -> None:
        """Drop what was to be computed ahead and is not begun; it may be asked for again."""
        with self._lock:
            for known in self._known.values():
                known.cancel()

    def expect(self, case: Case) -> Expected:
        """Return what the solution does on a case.

        Raises:
          JudgeError: the solution did not return an array.
          SpecError: the solution cannot be loaded, or its bound does not fit its answer.
        """
        try:
            return self._ask(case).result()
        except concurrent.futures.CancelledError:
            raise JudgeError("the reference was closed") from None

    def work_on_program(self, fixed: Fixed, guide: Shape) -> concurrent.futures.Future[Made]:
        """Have the solution made a program, with these values fixed and all else open."""
        key = (*fixed.items(), None, *guide.items())
        with self._lock:
            known = self._programs.get(key)
            if known is None or _failed(known):
                if self._closed:
                    raise JudgeError("the reference was closed")
                known = self._threads[0].submit(self._make_program, fixed, guide)
                self._programs[key] = known
            return known

    def program(self, fixed: Fixed, guide: Shape) -> Made:
        """Return the solution's program, or why there is none.

        Raises:
          JudgeError: the reference was closed.
        """
        try:
            return self.work_on_program(fixed, guide).result()
        except concurrent.futures.CancelledError:
            raise JudgeError("the reference was closed") from None

    def run_program(
        self, lowered: Lowered, fixed: Fixed, case: Case
    ) -> concurrent.futures.Future[Returned | None]:
        """Have a program of the solution's run on a case, with nothing compiled."""
        with self._lock:
            if self._closed:
                raise JudgeError("the reference was closed")
            return self._threads[0].submit(self._run_program, lowered, fixed, case)

    def _make_program(self, fixed: Fixed, guide: Shape) -> Made:
        known = self._store.read_program(fixed, guide) if self._store is not None else None
        if known is not None:
            return known
        observer = self._process(0)
        made = make_program(observer, observer, self._problem.spec, fixed, guide)
        if self._store is not None and isinstance(made, Traced):
            self._store.write_program(fixed, guide, made)
        return made

    def _run_program(self, lowered: Lowered, fixed: Fixed, case: Case) -> Returned | None:
        arrays = arrays_of(self._problem.spec, fixed, case)
        found = self._process(0).interpret(lowered, arrays)
        return found if isinstance(found, Returned) else None

    def _ask(self, case: Case) -> concurrent.futures.Future[Expected]:
        with self._lock:
            known = self._known.get(case.id)
            if known is None or _failed(known):
                if self._closed:
                    raise JudgeError("the reference was closed")
                number = self._thread_of_shape.setdefault(
                    case.shape_key, len(self._thread_of_shape) % len(self._threads)
                )
                known = self._threads[number].submit(self._look_up, case, number)
                self._known[case.id] = known
            return known

    def _look_up(self, case: Case, number: int) -> Expected:
        found = self._store.read(case) if self._store is not None else None
        if found is not None:
            return found
        found = self._observe(self._process(number), case)
        if self._store is not None:
            self._store.write(case, found)
        return found

    def _process(self, number: int) -> Observer:
        """Return the process of a thread, in which the solution is loaded."""
        with self._lock:
            if self._closed:
                raise JudgeError("the reference was closed")
            observer = self._observers.get(number)
            if observer is not None and observer.alive:
                return observer
            observer = Observer(self._problem.spec, level=None, starter=self._starter)
            self._observers[number] = observer
        path = self._problem.solution
        outcome = observer.load(self._source, path.name)
        if not isinstance(outcome, Loaded):
            names = [argument.name for argument in self._problem.spec.arguments]
            said = describe_load(outcome, self._problem.spec.entry_point, names)
            raise SpecError(f"{path}: {said}")
        return observer

    def _observe(self, observer: Observer, case: Case) -> Expected:
        observation = observer.call(case)
        outcome = observation.outcome
        if not isinstance(outcome, Returned):
            raise JudgeError(f"on case {case.id} the reference {describe_outcome(outcome)}")
        tolerance = self._problem.spec.tolerance
        bound = observer.error_bound(case) if tolerance.kind == "bound" else None
        if bound is not None and bound.shape != outcome.array.shape:
            raise SpecError(
                f"{self._problem.solution}: error_bound has shape {bound.shape}, "
                f"the answer {outcome.array.shape}"
            )
        allowed = allowed_error(tolerance, outcome.array, bound)
        if not case.is_finite:  # a bound may be NaN where the answer is
            allowed = np.where(np.isfinite(allowed), allowed, 0.0)
        if not (allowed >= 0).all():
            raise SpecError(f"{self._problem.solution}: error_bound is not a number on {case.id}")
        return Expected(outcome, observation.evidence, allowed)


def _failed(asked: concurrent.futures.Future[T]) -> bool:
    return asked.done() and (asked.cancelled() or asked.exception() is not None)
