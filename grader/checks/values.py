"""Values: every entry is as close to the expected one as the tolerance allows."""

from __future__ import annotations

import numpy as np

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.compare import Places, compare_values, describe_type_mismatch
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
    worst = mismatch.worst
    place = f" ({worst.place})" if worst.place else ""
    return Failed(
        f"{mismatch.wrong_entries} of {mismatch.entries} entries off; worst at {worst.index}"
        f"{place}: expected {number(worst.expected)}, got {number(worst.actual)} "
        f"(allowed error {worst.allowed:.2g})",
        mismatch.differences,
        mismatch.wrong_entries,
    )
