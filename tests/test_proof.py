"""Programs are compared with as much open as can be traced, and the finding says how much."""

from __future__ import annotations

import pytest

from grader.cases import CaseSource
from grader.catalog import Problem
from grader.observation import Line, Lowered, Program, Raised
from grader.proof import (
    NO_REFERENCE,
    Fixed,
    Made,
    Other,
    Proved,
    Traced,
    Unjudged,
    Untraced,
    compare,
    describe_finding,
    open_arguments,
    questions,
)

LOWERED = Lowered(b"", (0, 1), "")
ONE, TWO = (Traced(LOWERED, Program(number * 64, (), (), ())) for number in "12")
RAISED = Untraced(Raised("TypeError", "no", (Line(3, "f"),)))


def asked(problem: Problem) -> list[list[Fixed]]:
    return questions(problem.spec, CaseSource(problem.cases, problem.spec).draw(40, 16, 1))


def test_at_first_all_is_open_then_static_arguments_are_not(problem: Problem) -> None:
    everything, first, shapes, seeds, both = asked(problem)
    assert everything == [{}]
    assert open_arguments(problem.spec, {}) == [
        {"kind": "int"},
        {"kind": "jax", "dtype": "float32", "shape": ["B", "in_dim"]},
        {"kind": "size", "name": "features"},
    ]
    assert [one["features"] for one in first[:5]] == [1, 2, 3, 5, 8]
    assert len(first) == 6
    assert first[5]["features"] not in (1, 2, 3, 5, 8)
    assert {tuple(sorted(one)) for one in shapes} == {("B", "features", "in_dim")}
    assert {tuple(sorted(one)) for one in seeds} == {("features", "seed")}
    assert {tuple(sorted(one)) for one in both} == {("B", "features", "in_dim", "seed")}
    assert open_arguments(problem.spec, first[0]) == [
        {"kind": "int"},
        {"kind": "jax", "dtype": "float32", "shape": ["B", "in_dim"]},
        {"kind": "int", "value": 1},
    ]


@pytest.mark.parametrize(
    ("traceable", "names"),
    [
        (set(), set()),
        ({"features"}, {"features"}),
        ({"features", "B", "in_dim"}, {"features", "B", "in_dim"}),
        ({"features", "seed"}, {"features", "seed"}),
        ({"features", "B", "in_dim", "seed"}, {"features", "B", "in_dim", "seed"}),
    ],
)
def test_what_cannot_be_traced_is_tried_with_less_open(
    problem: Problem, traceable: set[str], names: set[str]
) -> None:
    def of_submission(fixed: Fixed) -> Made:
        return ONE if set(fixed) == traceable else RAISED

    finding = compare(asked(problem), of_submission, lambda _: ONE)
    assert isinstance(finding, Proved)
    assert set(finding.fixed[0]) == names


def test_one_other_program_is_no_proof(problem: Problem) -> None:
    def of_submission(fixed: Fixed) -> Made:
        return TWO if fixed["features"] == 3 else ONE

    finding = compare(asked(problem)[1:], of_submission, lambda _: ONE)
    assert isinstance(finding, Other)
    assert [one["features"] for one in finding.fixed] == [1, 2, 3]


def test_where_an_analyst_has_ended_no_other_program_is_made(problem: Problem) -> None:
    made: list[Fixed] = []

    def of_submission(fixed: Fixed) -> Made:
        made.append(fixed)
        return Unjudged("reading it ended a process", ended=True)

    finding = compare(asked(problem), of_submission, lambda _: ONE)
    assert finding == Unjudged("reading it ended a process", ended=True)
    assert len(made) == 1


def test_where_the_reference_cannot_be_traced_no_program_is_judged(problem: Problem) -> None:
    finding = compare(asked(problem), lambda _: ONE, lambda _: RAISED)
    assert finding == Unjudged(NO_REFERENCE)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            Proved(({},)),
            "your function computes the same as the reference for every seed, B, in_dim and "
            "features",
        ),
        (
            Proved(({},), ({"B": 17, "in_dim": 4, "features": 3},), tried=398),
            "your function computes the same as the reference for every seed. Your code branches "
            "on a size, so this was checked on 398 shapes, and takes another path at B 17, "
            "in_dim 4, features 3",
        ),
        (
            Proved(({},), sure=False),
            "your function computes the same as the reference for every seed. Your code reads "
            "sizes, so at some sizes it may differ",
        ),
        (
            Proved(({"features": 1}, {"features": 4})),
            "your function computes the same as the reference for every seed, B and in_dim, "
            "at features 1, 4",
        ),
        (
            Proved(({"features": 4, "B": 2, "in_dim": 3},)),
            "your function computes the same as the reference for every seed, at features 4, B 2, "
            "in_dim 3",
        ),
        (
            Proved(({"features": 4, "B": 2, "in_dim": 3, "seed": 7},)),
            "your function computes the same as the reference, at features 4, B 2, in_dim 3, "
            "seed 7",
        ),
        (
            Other(({},), ONE, TWO),
            "not the same as the reference's. That alone costs no points",
        ),
        (
            Other(({"features": 1}, {"features": 2}), ONE, TWO),
            "not the same as the reference's, at features 2. That alone costs no points",
        ),
        (
            RAISED,
            "none, because line 3, `c = 1`, raised TypeError: no while jax traced it. The verdict "
            "rests on the calls",
        ),
        (
            Unjudged("it is too large"),
            "not judged: it is too large. The verdict rests on the calls",
        ),
    ],
)
def test_the_finding_says_what_was_open(
    problem: Problem, finding: Proved | Other | Untraced | Unjudged, said: str
) -> None:
    assert describe_finding(finding, problem.spec, "a\nb\nc = 1\n") == said
