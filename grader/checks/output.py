"""Output: an array came back, of the shape and dtype that the reference's has."""

from __future__ import annotations

from grader.checks.trial import Failed, Finding, Held, Trial
from grader.compare import describe_type_mismatch
from grader.messages import describe_outcome, describe_raise
from grader.observation import NotAnArray, Raised, Returned
from grader.spec import Criterion


def check(trial: Trial, _: Criterion) -> Finding:
    """Decide the criterion on one case; a call that did not return has failed it."""
    outcome = trial.actual.outcome
    if isinstance(outcome, Raised):
        return Failed(describe_raise(outcome))
    if not isinstance(outcome, Returned | NotAnArray):
        return Failed(f"the call {describe_outcome(outcome)}")
    mismatch = describe_type_mismatch(trial.expected.returned, outcome)
    return Failed(f"the call {mismatch}") if mismatch else Held()
