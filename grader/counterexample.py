"""Finds the counterexample of a criterion: small, and shown to come again in a fresh process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.cases import Case, CaseSource
from grader.checks import CHECKS, Failed, Trial
from grader.diagnose import Behaviour, behaviour
from grader.messages import verdict_of
from grader.observation import Observation, Outcome, Raised
from grader.observer import Observer
from grader.reference import Reference
from grader.rubric import Ruling
from grader.shrink import Budget, Search, smallest
from grader.spec import Criterion, ProblemSpec
from grader.trials import Run, call_traced_afresh

GENERAL_CASES = 3  # failing cases in general position that a diagnosis has to agree with
NOT_REPEATED = (
    "this failure did not come again in a fresh process: the answer depends on more than the inputs"
)
NOT_SEARCHED = "not searched for a smaller one: every try would end the process"


@dataclass(frozen=True, slots=True)
class Found:
    """A counterexample: the trial that shows it, what is wrong there, and a remark."""

    trial: Trial
    failed: Failed
    note: str


@dataclass(frozen=True, slots=True)
class Seeker:
    """Finds small counterexamples of one submission. `open_fresh` starts another box of it."""

    spec: ProblemSpec
    reference: Reference
    source: CaseSource
    seed: int
    run: Run
    open_fresh: Callable[[], Observer]

    def seek(self, ruling: Ruling) -> Found:
        """Return the smallest counterexample of a failed criterion that the budget finds."""
        criterion, failures = ruling.criterion, ruling.failures
        if not self.run.box.alive:
            return Found(*failures[0], NOT_SEARCHED)
        smallest_case = smallest(trial.case for trial, _ in failures)
        trial, failed = next(pair for pair in failures if pair[0].case is smallest_case)
        kind = _kind(trial.actual.outcome)

        def fails(case: Case) -> bool:
            tried = self._try(case, criterion)
            finding = CHECKS[criterion.check](tried, criterion)
            return isinstance(finding, Failed) and _kind(tried.actual.outcome) == kind

        budget = Budget(self.spec.shrink, {trial.case.shape_key for trial in self.run.trials})
        shrunk = Search(self.source, budget, fails, self.seed).run(trial.case)
        if shrunk.case.id != trial.case.id:
            smaller = self._try(shrunk.case, criterion)
            finding = CHECKS[criterion.check](smaller, criterion)
            if isinstance(finding, Failed):
                trial, failed = smaller, finding
        return Found(
            trial, failed, shrunk.note if self._comes_again(trial, criterion) else NOT_REPEATED
        )

    def behaviours(self, ruling: Ruling, trial: Trial) -> list[Behaviour]:
        """Return what the submission did on a counterexample and on failing general cases."""
        general = [
            other
            for other, _ in ruling.failures
            if other.case.in_general_position and other.complete and other.case.id != trial.case.id
        ]
        return [
            behaviour(one.case, one.actual, one.repeats[0] if one.repeats else one.actual)
            for one in [trial, *general[:GENERAL_CASES]]
        ]

    def _try(self, case: Case, criterion: Criterion) -> Trial:
        expected = self.reference.expect(case)
        actual = self.run.box.call(case)
        if _wants_evidence(actual, criterion) and not actual.evidence.reads:
            actual = call_traced_afresh(self.run.box, case, actual)
        repeats = (self.run.box.call(case),) if criterion.check == "determinism" else ()
        return Trial(case, self.spec.output, expected, actual, repeats)

    def _comes_again(self, trial: Trial, criterion: Criterion) -> bool:
        if self.run.fresh is None:
            self.run.fresh = self.open_fresh()
        fresh = self.run.fresh
        actual = fresh.call(trial.case, clear_caches=True)
        repeats = (fresh.call(trial.case), trial.actual) if trial.repeats else ()
        again = Trial(trial.case, trial.output, trial.expected, actual, repeats)
        return isinstance(CHECKS[criterion.check](again, criterion), Failed)


def _wants_evidence(actual: Observation, criterion: Criterion) -> bool:
    about_structure = criterion.check in ("variables", "transforms")
    return about_structure and verdict_of(actual.outcome) is None


def _kind(outcome: Outcome) -> tuple[str, str]:
    """Return what must stay the same while shrinking: one error must not turn into another."""
    return type(outcome).__name__, outcome.type_name if isinstance(outcome, Raised) else ""
