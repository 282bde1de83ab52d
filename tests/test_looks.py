"""Single shapes are looked at where the program for all sizes does not tell enough."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from grader.cases import Case
from grader.catalog import Problem
from grader.looks import MOST, Pair, covering, look_at
from grader.observation import Evidence, Lowered, Program, Read, Transform, Variable
from grader.proof import Traced

SHARED = Transform("vmap", "None", splits_params_key=False, size=2)
KERNEL = Variable("params", ("kernel",), (3, 4), "float32")
LIFTED = Evidence(
    given=frozenset({KERNEL}), reads=frozenset({Read("params", ("kernel",), (SHARED,), "Dense")})
)
PLAIN = Evidence(
    given=frozenset({KERNEL}), reads=frozenset({Read("params", ("kernel",), (), "Dense")})
)
SHAPE = {"B": 2, "in_dim": 3, "features": 4}
CASES = [
    Case(SHAPE, {"seed": seed, "x_batch": np.ones((2, 3), np.float32), "features": 4})
    for seed in range(3)
]


def traced(name: str, evidence: Evidence = LIFTED) -> Traced:
    lowered = Lowered(b"", (), "", evidence=evidence)
    return cast(Traced, _Traced(lowered, Program(name, (), (), ())))


class _Traced:
    def __init__(self, lowered: Lowered, program: Program) -> None:
        self.lowered, self.program = lowered, program


def look(problem: Problem, pair: Pair, wrong_seeds: frozenset[int] = frozenset()) -> Any:
    def wrong(_: Traced, __: Traced, case: Case) -> bool:
        return case.arguments["seed"] in wrong_seeds

    return look_at(problem.spec, CASES, lambda _: pair, wrong)


def test_the_same_program_is_not_suspected(problem: Problem) -> None:
    found = look(problem, (traced("same"), traced("same")), frozenset({0, 1}))
    assert not found.suspected


def test_a_shape_at_which_nothing_can_be_traced_is_called(problem: Problem) -> None:
    assert look(problem, None).suspected


def test_a_module_that_is_not_lifted_there_is_suspected(problem: Problem) -> None:
    assert look(problem, (traced("same", PLAIN), traced("same"))).suspected


@pytest.mark.parametrize(("wrong_seed", "suspected"), [(0, True), (1, True), (2, False)])
def test_programs_that_differ_are_run_on_two_cases(
    wrong_seed: int, suspected: bool, problem: Problem
) -> None:
    found = look(problem, (traced("one"), traced("other")), frozenset({wrong_seed}))
    assert found.suspected is suspected
    if suspected:
        assert found.case is CASES[wrong_seed]


def test_a_cover_has_every_value_of_every_size_once(problem: Problem) -> None:
    shapes = [{"B": n, "in_dim": n, "features": n} for n in range(1, 33)]
    doubles = [{"B": n, "in_dim": 33 - n, "features": n} for n in range(1, 33)]
    assert covering(problem.spec, [*shapes, *doubles]) == shapes


def test_a_cover_is_bounded(problem: Problem) -> None:
    wide = dict.fromkeys(problem.spec.sizes, (1, 10000))
    spec = problem.spec.model_copy(update={"sizes": wide})
    many = [
        {"B": b, "in_dim": i, "features": f}
        for b in range(1, 10_000, 400)
        for i, f in ((1, b), (b, 1), (b, b))
    ]
    chosen = covering(spec, many)
    assert len(chosen) <= MOST
    assert {one["B"] for one in chosen} >= {1, many[-1]["B"]}
