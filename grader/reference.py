"""The reference side of a run: what the solution does on each case, computed once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from grader.cases import Case
from grader.catalog import Problem
from grader.checks import Expected
from grader.compare import allowed_error
from grader.errors import JudgeError, SpecError
from grader.messages import describe_load, describe_outcome
from grader.observation import Loaded, Returned
from grader.observer import Observer
from grader.sandbox import BY_THEMSELVES, Starter
from grader.store import Store


class Reference:
    """The solution in a trusted process of its own; answers are kept for the whole run.

    The process starts when the first case is asked for that is not in the store.
    """

    def __init__(
        self, problem: Problem, starter: Starter = BY_THEMSELVES, store: Store | None = None
    ) -> None:
        self._problem, self._starter, self._store = problem, starter, store
        self._observer: Observer | None = None
        self._known: dict[str, Expected] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ahead: threading.Thread | None = None
        self._loaded = False

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
        """End the process, whatever it is computing ahead."""
        self._stopping.set()
        if self._observer is not None:
            self._observer.close()
        if self._ahead is not None:
            self._ahead.join()
        if self._observer is not None:  # which may have been started meanwhile
            self._observer.close()

    def work_ahead(self, cases: Iterable[Case]) -> None:
        """Compute cases in the background, while the submission is called on them; once."""
        if self._ahead is not None:
            return

        def run() -> None:
            for case in cases:
                if self._stopping.is_set():
                    return
                try:
                    self.expect(case)
                except Exception:  # it comes again where the case is asked for
                    return

        ahead = threading.Thread(target=run, name="reference", daemon=True)
        ahead.start()
        self._ahead = ahead

    def expect(self, case: Case) -> Expected:
        """Return what the solution does on a case.

        Raises:
          JudgeError: the solution did not return an array.
          SpecError: the solution cannot be loaded, or its bound does not fit its answer.
        """
        known = self._known.get(case.id)
        if known is not None:
            return known
        with self._lock:
            if case.id not in self._known:
                self._known[case.id] = self._look_up(case)
            return self._known[case.id]

    def _look_up(self, case: Case) -> Expected:
        found = self._store.read(case) if self._store is not None else None
        if found is None:
            self._load()
            found = self._observe(case)
            if self._store is not None:
                self._store.write(case, found)
        return found

    def _started(self) -> Observer:
        dead = self._observer is not None and not self._observer.alive
        if self._observer is None or (dead and not self._stopping.is_set()):
            observer = Observer(self._problem.spec, level=None, starter=self._starter)
            self._observer, self._loaded = observer, False
        return self._observer

    def _load(self) -> None:
        observer = self._started()
        if self._loaded:
            return
        path = self._problem.solution
        outcome = observer.load(path.read_text(encoding="utf-8"), path.name)
        if not isinstance(outcome, Loaded):
            names = [argument.name for argument in self._problem.spec.arguments]
            said = describe_load(outcome, self._problem.spec.entry_point, names)
            raise SpecError(f"{path}: {said}")
        self._loaded = True

    def _observe(self, case: Case) -> Expected:
        observer = self._started()
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
        if not (allowed >= 0).all():
            raise SpecError(f"{self._problem.solution}: error_bound is not a number on {case.id}")
        return Expected(outcome, observation.evidence, allowed)
