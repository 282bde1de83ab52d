"""One case with all that was observed on it, and what a check may find."""

from __future__ import annotations

from dataclasses import dataclass

from grader.cases import Case
from grader.compare import Array
from grader.observation import Evidence, Observation, Returned
from grader.report import Difference
from grader.spec import OutputSpec


@dataclass(frozen=True, slots=True)
class Expected:
    """What the reference did on a case, and how far each entry of an answer may be off."""

    returned: Returned
    evidence: Evidence
    allowed: Array


@dataclass(frozen=True, slots=True)
class Trial:
    """One case: expected, actual, and the same call repeated.

    `complete` says that Python ran in full during the call. On a later call of a shape under
    `jax.jit` it need not have, and evidence is then absent without being damning. `reordered` are
    calls in processes in which sets of strings come in another order. `untouched` says that the
    answer stayed right where the output of every lifted transform was falsified,
    `lifts_elsewhere` that on some case of the run a lifted transform mapped over several examples,
    `copied` says how more parameters are made, or used, than the variables show, and
    `independent` names an argument that does not reach what is lifted.
    """

    case: Case
    output: OutputSpec
    expected: Expected
    actual: Observation
    repeats: tuple[Observation, ...] = ()
    complete: bool = True
    untouched: bool = False
    lifts_elsewhere: bool = False
    copied: str = ""
    independent: str = ""
    reordered: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The case shows nothing against the criterion."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """The case does not come as far as this criterion."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The case shows that the criterion does not hold; `message` says how in one sentence."""

    message: str
    differences: tuple[Difference, ...] = ()
    wrong_entries: int = 0


Finding = Held | NotReached | Failed
