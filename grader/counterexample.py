"""Finds the counterexample of a criterion: small, and shown to come again in a fresh process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.cases import Case, CaseSource
from grader.checks import ABOUT_STRUCTURE, CHECKS, Failed, Trial
from grader.diagnose import Behaviour, behaviour
from grader.messages import verdict_of
from grader.observation import Observation, Raised, Stopped
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
        if not self.run.box.alive or isinstance(failures[0][0].actual.outcome, Stopped):
            return Found(*failures[0], NOT_SEARCHED)
        # A size of 1, or two equal ones, would hide what a structure is about.
        telling = criterion.check in ABOUT_STRUCTURE and any(
            trial.case.in_general_position for trial, _ in failures
        )
        smallest_case = smallest(
            trial.case
            for trial, _ in failures
            if trial.case.in_general_position or not telling
        )
        trial, failed = next(pair for pair in failures if pair[0].case is smallest_case)
        outcome = trial.actual.outcome

        def fails(case: Case) -> bool:
            if telling and not case.in_general_position:
                return False
            if isinstance(outcome, Raised):
                return self._raises_alike(case, outcome)
            finding = CHECKS[criterion.check](self._try(case, criterion), criterion)
            return isinstance(finding, Failed)

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

    def _raises_alike(self, case: Case, raised: Raised) -> bool:
        """Tell whether a call raises the same type: one error must not turn into another."""
        found = self.run.box.call(case).outcome
        return isinstance(found, Raised) and found.type_name == raised.type_name

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
    return criterion.check in ABOUT_STRUCTURE and verdict_of(actual.outcome) is None
