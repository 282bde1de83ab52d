"""Values: every entry is as close to the expected one as the tolerance allows."""

from __future__ import annotations

import numpy as np

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.compare import Places, ValueMismatch, compare_values, describe_type_mismatch
from grader.messages import number
from grader.observation import Returned
from grader.spec import Criterion


def check(trial: Trial, _: Criterion) -> Finding:
    """Decide the criterion on one case; it is not reached where the output is not comparable."""
    outcome, expected = trial.actual.outcome, trial.expected
    if not isinstance(outcome, Returned) or describe_type_mismatch(expected.returned, outcome):
        return NotReached()
    wanted = expected.returned.array
    places = Places.of(trial.output, dict(trial.case.shape), wanted.size)
    actual = outcome.array
    if not trial.case.is_finite:  # then what is not finite is right anywhere: see ArgumentSpec
        actual = np.where(np.isfinite(actual), actual, wanted)
    mismatch = compare_values(wanted, actual, expected.allowed, places)
    if mismatch is None:
        return Held()
    return Failed(_describe(mismatch), mismatch.differences, mismatch.wrong_entries)


def _describe(mismatch: ValueMismatch) -> str:
    worst = mismatch.worst
    place = worst.place or f"entry {worst.index}"
    says = f"it should be {number(worst.expected)}, yours is {number(worst.actual)}"
    if mismatch.entries == 1:
        return f"the only number is wrong ({place}): {says}"
    if mismatch.wrong_entries == 1:
        return f"1 of {mismatch.entries} numbers is wrong ({place}): {says}"
    wrong = f"{mismatch.wrong_entries} of {mismatch.entries} numbers are wrong"
    return f"{wrong}; the worst is at {place}: {says}"
