"""What is kept of a run does not grow with what a submission likes to return."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.cases import Case
from grader.checks import Expected
from grader.observation import Evidence, Limit, Loaded, Observation, Read, Returned, Stopped
from grader.spec import Limits
from grader.trials import Run

MIB = 1 << 20
CASE = Case({"B": 2}, {"seed": 1})


def returned(mebibytes: float, reads: int = 0) -> Observation:
    """Return an observation of an array of that size, and of so many reads."""
    found = frozenset(Read("params", (str(number),), (), "Dense") for number in range(reads))
    array = np.zeros(int(mebibytes * MIB), np.uint8)
    return Observation(Returned("jax", array), Evidence(reads=found))


def keeps(expected: Observation, actual: Observation, calls: int) -> bool:
    box: Any = SimpleNamespace(limits=Limits(answer_mib=4))
    run = Run(Loaded(), [], [])
    assert isinstance(expected.outcome, Returned)
    wanted = Expected(expected.outcome, expected.evidence, np.zeros(1))
    kept = [run.keep(box, actual, wanted) for _ in range(calls)]
    stopped = Observation(Stopped(Limit.ANSWERS, 4, "MiB"))
    assert set(map(id, kept)) <= {id(actual), *(id(one) for one in kept if one == stopped)}
    return stopped not in kept


@pytest.mark.parametrize(
    ("expected", "actual", "calls", "kept"),
    [
        (returned(3), returned(3), 50, True),
        (returned(3), returned(2), 50, True),
        (returned(1), returned(2), 4, True),
        (returned(1), returned(2), 5, False),
        (returned(1), returned(1, reads=1000), 8, True),
        (returned(1), returned(1, reads=1000), 9, False),
    ],
)
def test_a_run_keeps_only_so_much_more_than_the_right_answers_take(
    expected: Observation, actual: Observation, calls: int, kept: bool
) -> None:
    assert keeps(expected, actual, calls) is kept
