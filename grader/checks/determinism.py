"""Determinism: the same inputs give the same bits, in any order and in another process."""

from __future__ import annotations

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.compare import same_bits
from grader.messages import describe_outcome
from grader.observation import NotAnArray, Observation, Returned
from grader.spec import Criterion


def check(trial: Trial, _: Criterion) -> Finding:
    """Decide the criterion on one case; it needs a first answer that can be compared."""
    first = trial.actual.outcome
    if not isinstance(first, Returned | NotAnArray):
        return NotReached()
    for repeat in trial.repeats:
        second = repeat.outcome
        if not isinstance(second, Returned | NotAnArray):
            return Failed(f"the same call again {describe_outcome(second)}")
        if not agree(trial.actual, repeat):
            return Failed(
                "two calls with the same inputs gave different answers, so the result depends on "
                "something besides the inputs"
            )
    for repeat in trial.reordered:
        if not isinstance(repeat.outcome, Returned | NotAnArray):
            return Failed(f"{REORDERED}: there the same call {describe_outcome(repeat.outcome)}")
        if not agree(trial.actual, repeat):
            return Failed(f"{REORDERED}: there the same call returned something else")
    return Held()


REORDERED = (
    "the answer depends on the order of a set of strings, which is another one in every new "
    "Python process (it follows PYTHONHASHSEED)"
)


def agree(first: Observation, second: Observation) -> bool:
    """Tell whether two observations returned the same, bit for bit."""
    one, other = first.outcome, second.outcome
    if isinstance(one, Returned) and isinstance(other, Returned):
        return same_bits(one.array, other.array)
    return isinstance(one, NotAnArray) and one == other
