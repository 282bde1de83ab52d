"""The rubric: what each criterion comes to over all cases, and which one decides the verdict."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from test_checks import ANSWER, GOOD, criterion, off_by, returned, trial

from grader.checks import ABOUT_ANSWERS, ABOUT_STRUCTURE, CHECKS, Trial
from grader.observation import (
    Died,
    Evidence,
    Garbled,
    Limit,
    NotAnArray,
    Outcome,
    Raised,
    Stopped,
)
from grader.rubric import deciding, largest_error, rule, verdict_on
from grader.spec import ArgumentSpec, ProblemSpec, Tolerance
from grader.verdict import Verdict

SPEC = ProblemSpec(
    title="T",
    summary="S",
    entry_point="f",
    hints=("H",),
    arguments=(ArgumentSpec(name="n", kind="int", range=(0, 9)),),
    tolerance=Tolerance(kind="exact"),
    criteria=tuple(criterion(check) for check in CHECKS),
)
LIMITS = [
    (Limit.CPU, Verdict.TIME_LIMIT_EXCEEDED),
    (Limit.IDLE, Verdict.TIME_LIMIT_EXCEEDED),
    (Limit.WALL, Verdict.TIME_LIMIT_EXCEEDED),
    (Limit.TOTAL_CPU, Verdict.TIME_LIMIT_EXCEEDED),
    (Limit.TOTAL_WALL, Verdict.TIME_LIMIT_EXCEEDED),
    (Limit.MEMORY, Verdict.MEMORY_LIMIT_EXCEEDED),
    (Limit.PRINTED, Verdict.OUTPUT_LIMIT_EXCEEDED),
    (Limit.ANSWER, Verdict.OUTPUT_LIMIT_EXCEEDED),
    (Limit.ANSWERS, Verdict.OUTPUT_LIMIT_EXCEEDED),
]
ENDINGS: list[tuple[Outcome, Verdict]] = [
    (Raised("ValueError", "no"), Verdict.RUNTIME_ERROR),
    (Died(None, 3), Verdict.RUNTIME_ERROR),
    (Garbled("noise"), Verdict.RUNTIME_ERROR),
    *((Stopped(limit, 1, "s"), verdict) for limit, verdict in LIMITS),
]


def verdict(*trials: Trial) -> Verdict:
    return verdict_on(deciding(rule(SPEC, trials), trials))


def decided_by(*trials: Trial) -> tuple[str, int] | None:
    """Return the deciding criterion and the batch size of the case that it failed on."""
    found = deciding(rule(SPEC, trials), trials)
    return (found.criterion.id, found.failures[0][0].case.shape["B"]) if found else None


def passed(*trials: Trial) -> dict[str, bool | None]:
    return {ruling.criterion.id: ruling.passed for ruling in rule(SPEC, trials)}


def points(*trials: Trial) -> int:
    return sum(ruling.points for ruling in rule(SPEC, trials))


def test_all_right_is_accepted_with_all_points() -> None:
    trials = [trial(), trial(batch=3)]
    assert verdict(*trials) is Verdict.ACCEPTED
    assert points(*trials) == SPEC.max_points == 50
    assert deciding(rule(SPEC, trials), trials) is None


def test_without_a_case_nothing_is_passed() -> None:
    assert set(passed().values()) == {None}
    assert points() == 0


def test_a_criterion_that_fails_once_pays_nothing() -> None:
    trials = [trial(), trial(off_by(1.0)), trial()]
    assert passed(*trials)["values"] is False
    assert points(*trials) == 40


def test_every_failing_case_is_kept_in_order() -> None:
    trials = [trial(), trial(off_by(1.0), batch=3), trial(), trial(off_by(2.0), batch=4)]
    values = rule(SPEC, trials)[1]
    assert [failing.case.shape["B"] for failing, _ in values.failures] == [3, 4]


def test_what_was_not_reached_on_some_case_is_neither_passed_nor_failed_and_pays_nothing() -> None:
    trials = [trial(), trial(Raised("ValueError", "no"))]
    assert passed(*trials) == {
        "output": False,
        "values": None,
        "determinism": None,
        "variables": None,
        "transforms": None,
    }
    assert points(*trials) == 0


def test_the_failure_of_a_case_counts_though_another_was_not_reached() -> None:
    trials = [trial(off_by(1.0)), trial(Raised("ValueError", "no"))]
    assert passed(*trials)["values"] is False


# --- the verdict


def test_a_wrong_output_or_value_is_a_wrong_answer() -> None:
    assert verdict(trial(NotAnArray("list"))) is Verdict.WRONG_ANSWER
    assert verdict(trial(off_by(1.0))) is Verdict.WRONG_ANSWER


def test_an_answer_that_changes_is_a_wrong_answer() -> None:
    assert verdict(trial(None, GOOD, off_by(0.01))) is Verdict.WRONG_ANSWER


def test_wrong_evidence_under_right_answers_is_a_wrong_structure() -> None:
    assert verdict(trial(None, Evidence())) is Verdict.WRONG_STRUCTURE


@pytest.mark.parametrize(("outcome", "meant"), ENDINGS)
def test_a_call_that_did_not_return_decides_by_how_it_ended(
    outcome: Outcome, meant: Verdict
) -> None:
    assert verdict(trial(), trial(outcome)) is meant


@pytest.mark.parametrize(("outcome", "meant"), ENDINGS)
def test_a_repeat_that_did_not_return_decides_by_how_it_ended(
    outcome: Outcome, meant: Verdict
) -> None:
    assert verdict(trial(), trial(None, GOOD, outcome)) is meant


@pytest.mark.parametrize("outcome", [Raised("ValueError", "no"), Stopped(Limit.CPU, 1, "s")])
def test_a_wrong_value_stays_a_wrong_answer_however_a_repeat_ended(outcome: Outcome) -> None:
    case = trial(off_by(1.0), GOOD, outcome)
    assert decided_by(case) == ("values", 2)
    assert verdict(case) is Verdict.WRONG_ANSWER


def test_the_first_failing_case_decides_between_output_and_values() -> None:
    values, output = trial(off_by(1.0), batch=3), trial(NotAnArray("list"), batch=4)
    assert decided_by(trial(), values, output) == ("values", 3)
    assert decided_by(trial(), output, values) == ("output", 4)
    raised = trial(Raised("ValueError", "no"), batch=5)
    assert verdict(values, raised) is Verdict.WRONG_ANSWER
    assert verdict(raised, values) is Verdict.RUNTIME_ERROR


def test_a_wrong_value_later_outweighs_a_wrong_structure_before() -> None:
    assert decided_by(trial(None, Evidence()), trial(off_by(1.0), batch=3)) == ("values", 3)


def test_an_answer_that_changes_outweighs_a_wrong_structure_before() -> None:
    changing = trial(None, GOOD, off_by(0.01), batch=3)
    assert decided_by(trial(None, Evidence()), changing) == ("determinism", 3)


def test_the_answer_outweighs_the_structure_whatever_the_order_of_the_rubric() -> None:
    backwards = SPEC.model_copy(update={"criteria": SPEC.criteria[::-1]})
    changing = trial(None, Evidence(), off_by(0.01))
    found = deciding(rule(backwards, [changing]), [changing])
    assert found is not None
    assert found.criterion.id == "determinism"


def test_a_wrong_value_outweighs_an_answer_that_changes_before() -> None:
    changing = trial(None, GOOD, off_by(0.01))
    assert decided_by(changing, trial(off_by(1.0), batch=3)) == ("values", 3)


def test_of_two_structures_the_first_in_the_rubric_decides() -> None:
    assert decided_by(trial(None, Evidence())) == ("variables", 2)


def test_every_check_is_about_the_answer_or_the_structure() -> None:
    assert set(CHECKS) == ABOUT_ANSWERS | ABOUT_STRUCTURE
    assert not ABOUT_ANSWERS & ABOUT_STRUCTURE


# --- the largest error


def test_the_largest_error_is_over_all_comparable_answers() -> None:
    trials = [trial(off_by(0.125)), trial(off_by(-0.25)), trial(), trial(NotAnArray("list"))]
    assert largest_error(trials) == 1.0


def test_without_a_comparable_answer_there_is_no_largest_error() -> None:
    assert largest_error([]) is None
    assert largest_error([trial(NotAnArray("list")), trial(returned(ANSWER[:1]))]) is None


def test_a_nan_makes_the_largest_error_infinite() -> None:
    for trials in pairwise([trial(off_by(math.nan)), trial(), trial(off_by(math.nan))]):
        assert largest_error(trials) == math.inf
