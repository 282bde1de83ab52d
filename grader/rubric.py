"""Applies the rubric: what every criterion comes to over all trials, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.checks import ABOUT_ANSWERS, CHECKS, Failed, Held, Trial
from grader.compare import describe_type_mismatch, largest_fraction
from grader.messages import verdict_of
from grader.observation import Returned
from grader.spec import Criterion, ProblemSpec
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one criterion came to: it held on every case, failed on some, or was not reached."""

    criterion: Criterion
    passed: bool | None
    failures: tuple[tuple[Trial, Failed], ...] = ()

    @property
    def points(self) -> int:
        """The points it pays: all of them, or none."""
        return self.criterion.points if self.passed else 0


def rule(spec: ProblemSpec, trials: Sequence[Trial]) -> list[Ruling]:
    """Return the ruling on every criterion, in the rubric's order."""
    return [_rule(criterion, trials) for criterion in spec.criteria]


def _rule(criterion: Criterion, trials: Sequence[Trial]) -> Ruling:
    check = CHECKS[criterion.check]
    findings = [(trial, check(trial, criterion)) for trial in trials]
    failures = tuple((trial, found) for trial, found in findings if isinstance(found, Failed))
    held = bool(findings) and all(isinstance(found, Held) for _, found in findings)
    return Ruling(criterion, False if failures else True if held else None, failures)


def deciding(rulings: Sequence[Ruling], trials: Sequence[Trial]) -> Ruling | None:
    """Return the ruling that decides the verdict, or None where nothing failed.

    The first case on which output or values fail decides; after those determinism, and
    structure only where every answer is right.
    """
    order = {id(trial): position for position, trial in enumerate(trials)}
    early = [r for r in rulings if r.failures and r.criterion.check in ("output", "values")]
    if early:
        return min(early, key=lambda ruling: order[id(ruling.failures[0][0])])
    later = [r for r in rulings if r.failures]
    answers = [r for r in later if r.criterion.check in ABOUT_ANSWERS]
    return next(iter(answers or later), None)


def verdict_on(ruling: Ruling | None) -> Verdict:
    """Return the verdict that the deciding ruling means."""
    if ruling is None:
        return Verdict.ACCEPTED
    trial, _ = ruling.failures[0]
    if ruling.criterion.check not in ABOUT_ANSWERS:
        return Verdict.WRONG_STRUCTURE
    repeats = trial.repeats if ruling.criterion.check == "determinism" else ()
    ended = [verdict_of(observed.outcome) for observed in (trial.actual, *repeats)]
    return next((verdict for verdict in ended if verdict), Verdict.WRONG_ANSWER)


def largest_error(trials: Sequence[Trial]) -> float | None:
    """Return the largest error over all comparable answers, as a fraction of what is allowed."""
    fractions = [
        largest_fraction(
            trial.expected.returned.array, trial.actual.outcome.array, trial.expected.allowed
        )
        for trial in trials
        if isinstance(trial.actual.outcome, Returned)
        and describe_type_mismatch(trial.expected.returned, trial.actual.outcome) is None
    ]
    return max(fractions, default=None)
