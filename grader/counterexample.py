"""Finds the counterexample of a criterion: small, and shown to come again in a fresh process."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.cases import Case, CaseSource
from grader.checks import ABOUT_STRUCTURE, CHECKS, Failed, Held, Trial
from grader.checks.determinism import agree
from grader.diagnose import Behaviour, behaviour
from grader.messages import verdict_of
from grader.observation import (
    LIMITS_ON_ALL_CALLS,
    LIMITS_ON_TIME,
    Observation,
    Outcome,
    Raised,
    Returned,
    Stopped,
)
from grader.observer import Observer
from grader.programs import Programs
from grader.reference import Reference
from grader.rubric import Ruling
from grader.shrink import Budget, Search, smallest
from grader.spec import Criterion, ProblemSpec
from grader.trials import OpenBox, Run, call_traced_afresh, observe_trial

GENERAL_CASES = 3  # failing ones in general position that a diagnosis has to agree with, and right
LIGHT = 1 << 20  # bytes; heavier observations are made again rather than kept
NOT_REPEATED = (
    "the failure did not happen again in a new process, so the result depends on something "
    "besides the inputs (a global, an earlier call, the time, an unseeded generator)"
)
NO_CALLS = "failing input (the problem allows no search for a smaller one)"
OF_ALL_CALLS = "failing input (no smaller one was searched for: the limit is on all calls together)"
ENDED_BEFORE = "failing input (no smaller one was searched for: a later call ended the process)"
COMPILED_BEFORE = (
    "failing input (no smaller one was searched for: the function was already compiled, so its "
    "Python code did not run again)"
)
ASKED_ONCE = "failing input (the only one this was tried on)"
NOT_SEARCHED = "failing input (no smaller one was searched for: every try would end the process)"


@dataclass(frozen=True, slots=True)
class Found:
    """A counterexample: the trial that shows it, what is wrong there, and a remark."""

    trial: Trial
    failed: Failed
    note: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What a search needs beside the run itself; `open_fresh` starts another box of it."""

    spec: ProblemSpec
    reference: Reference
    source: CaseSource
    seed: int
    open_fresh: OpenBox
    tick: Callable[[], None] = lambda: None  # told of every try; it may raise


class Seeker:
    """Finds small counterexamples of one submission, all under one budget."""

    def __init__(self, bench: Bench, run: Run, programs: Programs | None = None) -> None:
        self._bench, self._run, self._programs = bench, run, programs
        known = {trial.case.shape_key for trial in run.trials}
        self._budget = Budget(bench.spec.shrink, known)
        self._tried: dict[tuple[str, bool], Trial] = {}
        self._found: list[Case] = []

    def seek(self, ruling: Ruling) -> Found:
        """Return the smallest counterexample of a failed criterion that the budget finds."""
        return self._as_it_is(ruling) or self._search(ruling)

    def _as_it_is(self, ruling: Ruling) -> Found | None:
        """Return a failure for which no smaller one can be looked for, with the reason."""
        trial, failed = ruling.failures[0]
        if not self._bench.spec.shrink.calls:
            return Found(trial, failed, NO_CALLS)
        if _is_of_all_calls(trial):
            return Found(trial, failed, OF_ALL_CALLS)
        if not self._run.box_of(trial.case).alive or isinstance(trial.actual.outcome, Stopped):
            return Found(trial, failed, self._note_on_an_end(trial))
        asked_once = [pair for pair in ruling.failures if _is_asked_once(pair[0], ruling)]
        if asked_once:
            return Found(*asked_once[0], ASKED_ONCE)
        return None

    def _search(self, ruling: Ruling) -> Found:
        criterion = ruling.criterion
        # A size of 1, or two equal ones, would hide what a structure is about.
        telling = criterion.check in ABOUT_STRUCTURE and any(
            trial.case.in_general_position for trial, _ in ruling.failures
        )
        trial, failed = self._start(ruling, telling)
        if self._is_compiled_before(trial, criterion):
            return Found(trial, failed, COMPILED_BEFORE)
        here = self._run.box_of(trial.case)
        if not self._comes_again(here, trial, criterion) and not self._comes_afresh(
            trial, criterion
        ):
            return Found(trial, failed, NOT_REPEATED)
        trial, failed, note = self._shrink(trial, failed, criterion, other_shapes=not telling)
        if not self._comes_afresh(trial, criterion):
            return Found(trial, failed, NOT_REPEATED)
        self._found.append(trial.case)
        return Found(trial, failed, note)

    def _shrink(
        self, trial: Trial, failed: Failed, criterion: Criterion, *, other_shapes: bool
    ) -> tuple[Trial, Failed, str]:
        """Return a smaller trial that fails when it is called, what is wrong, and a remark.

        Where programs show the same failure, they are run on shapes that would have to be
        compiled; if what they lead to does not fail when it is called, it is called all along.
        """
        like = trial.actual
        for run_programs in (True, False) if self._can_run(trial, criterion) else (False,):
            self._budget.shapes_are_free = run_programs
            fails = functools.partial(
                self._fails, criterion=criterion, like=like, run_programs=run_programs
            )
            search = Search(self._bench.source, self._budget, fails, self._bench.seed)
            shrunk = search.run(trial.case, other_shapes=other_shapes)
            self._budget.shapes_are_free = False
            if shrunk.case.id == trial.case.id:
                return trial, failed, shrunk.note
            smaller = self._try(shrunk.case, criterion)
            finding = CHECKS[criterion.check](smaller, criterion)
            if isinstance(finding, Failed) and _alike(smaller.actual.outcome, like.outcome):
                return smaller, finding, shrunk.note
        return trial, failed, shrunk.note

    def _can_run(self, trial: Trial, criterion: Criterion) -> bool:
        """Tell whether the programs, when they are run, show a failure that a call has shown."""
        if self._programs is None or not isinstance(trial.actual.outcome, Returned):
            return False
        return self._programs.what_is_wrong(trial.case) == criterion.check

    def _is_compiled_before(self, trial: Trial, criterion: Criterion) -> bool:
        """Tell whether a call that once showed something does so no more, in this process."""
        if criterion.check not in ABOUT_STRUCTURE or not _shows(trial.actual):
            return False
        return not _shows(self._try(trial.case, criterion).actual)

    def _comes_afresh(self, trial: Trial, criterion: Criterion) -> bool:
        """Tell whether a failure comes again in a process that has never been called."""
        with self._bench.open_fresh() as box:
            return self._comes_again(box, trial, criterion)

    def _note_on_an_end(self, trial: Trial) -> str:
        """Call once more in a fresh process what ended the box, if this is what ended it."""
        outcome = trial.actual.outcome
        if verdict_of(outcome) is None:
            return ENDED_BEFORE
        if isinstance(outcome, Stopped) and outcome.limit in LIMITS_ON_TIME:
            return NOT_SEARCHED  # another try would take as long again
        with self._bench.open_fresh() as box:
            again = box.call(trial.case)
        return NOT_SEARCHED if verdict_of(again.outcome) is not None else NOT_REPEATED

    def _start(self, ruling: Ruling, telling: bool) -> tuple[Trial, Failed]:
        """Return the smallest failing trial, those found for other criteria included."""
        criterion = ruling.criterion
        like = ruling.failures[0][0].actual.outcome
        failures = [pair for pair in ruling.failures if _alike(pair[0].actual.outcome, like)]
        for case in self._found:
            trial = self._try(case, criterion)
            finding = CHECKS[criterion.check](trial, criterion)
            if isinstance(finding, Failed) and _alike(trial.actual.outcome, like):
                failures.insert(0, (trial, finding))
        if telling:
            failures = [pair for pair in failures if pair[0].case.in_general_position]
        best = smallest(trial.case for trial, _ in failures)
        return next(pair for pair in failures if pair[0].case is best)

    def _fails(
        self, case: Case, criterion: Criterion, like: Observation, run_programs: bool
    ) -> bool:
        self._bench.tick()
        if run_programs and self._programs and case.shape_key not in self._run.box_of_shape:
            wrong = self._programs.what_is_wrong(case)
            if wrong is not None:
                return wrong == criterion.check
        if isinstance(like.outcome, Raised):  # one error must not turn into another
            found = self._run.box_of(case).call(case).outcome
            return isinstance(found, Raised) and found.type_name == like.outcome.type_name
        tried = self._try(case, criterion)
        failed = isinstance(CHECKS[criterion.check](tried, criterion), Failed)
        if criterion.check in ABOUT_STRUCTURE and _shows(like) and not _shows(tried.actual):
            return False
        return failed and _alike(tried.actual.outcome, like.outcome)

    def behaviours(self, ruling: Ruling, trial: Trial) -> list[Behaviour]:
        """Return what the submission did on a counterexample and on general cases.

        Some failed, some did not: a mistake that explains it goes wrong on no other cases.
        """
        failed = [other for other, _ in ruling.failures if self._tells(other, trial)]
        check = CHECKS[ruling.criterion.check]
        held = (
            other
            for other in self._run.trials
            if self._tells(other, trial) and isinstance(check(other, ruling.criterion), Held)
        )
        some = list(itertools.islice(held, GENERAL_CASES))
        return [self._behaviour(one) for one in [trial, *failed[:GENERAL_CASES], *some]]

    def unsteady(self, ruling: Ruling) -> list[Behaviour]:
        """Return what the submission did where the same call again did something else."""
        trials = [
            trial
            for trial, _ in ruling.failures
            if any(not agree(trial.actual, again) for again in trial.repeats)
        ]
        return [Behaviour(one.case, one.actual, repeats=False) for one in trials[:GENERAL_CASES]]

    @staticmethod
    def _tells(other: Trial, trial: Trial) -> bool:
        return other.case.in_general_position and other.complete and other.case.id != trial.case.id

    def _behaviour(self, trial: Trial) -> Behaviour:
        box = self._run.box_of(trial.case)
        if trial.repeats:
            second = trial.repeats[0]
        else:
            second = box.call(trial.case) if box.alive else trial.actual
        first = trial.actual
        if box.alive and verdict_of(first.outcome) is None and not first.evidence.variables:
            first = self._run.weigh(call_traced_afresh(box, trial.case, first))
        return behaviour(trial.case, first, second)

    def _try(self, case: Case, criterion: Criterion) -> Trial:
        twice = criterion.check == "determinism"
        known = self._tried.get((case.id, twice))
        if known is not None:
            return known
        trial = self._observe(self._run.box_of(case), case, criterion)
        if trial.actual.size < LIGHT:
            self._tried[case.id, twice] = trial
        return trial

    def _observe(self, box: Observer, case: Case, criterion: Criterion) -> Trial:
        trial = observe_trial(box, self._bench.reference, self._bench.spec, case, criterion)
        actual = self._run.weigh(trial.actual)
        return replace(trial, actual=actual, lifts_elsewhere=self._run.lifts)

    def _comes_again(self, box: Observer, trial: Trial, criterion: Criterion) -> bool:
        again = self._observe(box, trial.case, criterion)
        if criterion.check in ABOUT_STRUCTURE and verdict_of(again.actual.outcome) is None:
            traced = call_traced_afresh(box, trial.case, again.actual)
            again = replace(again, actual=self._run.weigh(traced))
        if trial.repeats:
            again = replace(again, repeats=(*again.repeats, trial.actual, *trial.repeats))
        return isinstance(CHECKS[criterion.check](again, criterion), Failed)


def _is_asked_once(trial: Trial, ruling: Ruling) -> bool:
    """Tell whether a failure is one of the whole run, shown on this trial."""
    check = ruling.criterion.check
    if check == "determinism":
        without = replace(trial, reordered=())
        return not isinstance(CHECKS[check](without, ruling.criterion), Failed)
    if check == "variables":
        return bool(trial.copied) and len(ruling.failures) == 1
    return check == "transforms" and (trial.untouched or bool(trial.independent))


def _is_of_all_calls(trial: Trial) -> bool:
    """Tell whether a trial ended at a limit for which no single call is to blame."""
    outcomes = [observed.outcome for observed in (trial.actual, *trial.repeats)]
    return any(isinstance(one, Stopped) and one.limit in LIMITS_ON_ALL_CALLS for one in outcomes)


def _shows(observation: Observation) -> bool:
    """Tell whether there is any evidence."""
    return bool(observation.evidence.reads or observation.evidence.variables)


def _alike(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes are of one kind: shrinking must not turn a failure into another."""
    if isinstance(one, Raised) and isinstance(other, Raised):
        return one.type_name == other.type_name
    return verdict_of(one) == verdict_of(other)
