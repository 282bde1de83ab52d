"""The report survives JSON, NaN and infinity included, and its snippet is Python."""

from __future__ import annotations

import json
import math
from itertools import combinations
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rubric import SPEC

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE, CHECKS
from grader.isolation import Level
from grader.report import (
    ArrayValue,
    CasesInfo,
    Counterexample,
    CriterionResult,
    Difference,
    Durations,
    Isolation,
    Mistake,
    Report,
    SubmissionInfo,
    TracebackLine,
    fraction,
)
from grader.snippet import write_snippet
from grader.spec import ArgumentSpec, CheckName
from grader.verdict import ExitStatus, Verdict, exit_status

LAWS = settings(max_examples=60)
NAN, INF = math.nan, math.inf
SPECIALS = [NAN, INF, -INF, -0.0, 0.1, 1e-45, 5e-324, 1.7976931348623157e308]


def report(**changes: Any) -> Report:
    """Return a report with something in every field; `changes` replace some."""
    values = ArrayValue(dtype="float32", shape=(len(SPECIALS),), values=SPECIALS)
    counterexample = Counterexample(
        case="0123abcd",
        shape={"B": 2},
        inputs={"seed": 2**31 - 1, "x": values},
        expected=values,
        actual=values,
        differences=[Difference(index=0, place="row 0", expected=1.0, actual=NAN, allowed=INF)],
        wrong_entries=1,
        note="smallest failing input found",
        snippet="print(1)\n",
    )
    result = CriterionResult(
        id="values",
        title="Values",
        passed=False,
        points=0,
        max_points=30,
        message="1 entry off",
        counterexample=counterexample,
    )
    fields: dict[str, Any] = {
        "problem": "p",
        "submission": SubmissionInfo(path="x.py", sha256="0" * 64),
        "verdict": Verdict.WRONG_ANSWER,
        "message": "1 entry off",
        "points": 0,
        "max_points": 30,
        "criteria": [result],
        "mistake": Mistake(id="m", title="T", explanation="E", hint="H"),
        "traceback": [TracebackLine(line=3, function="f", source="x = 1")],
        "largest_error": INF,
        "cases": CasesInfo(requested=100, run=100, distinct_shapes=16, seed=7),
        "isolation": Isolation(
            level=Level.KERNEL,
            walls=["seccomp"],
            open={"see_files": "tell whether a file exists"},
            limits={"memory_mib": 1024},
            kernel={"system": "Linux"},
        ),
        "versions": {"jax": "0"},
        "durations": Durations(total=1.5),
        "stdout": "",
    }
    return Report(**{**fields, **changes})


def read_back(one: Report) -> Report:
    return Report.model_validate(json.loads(one.to_json_line()))


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal, where NaN equals itself and -0.0 differs from 0.0."""
    return repr(one) == repr(other)


# --- JSON


def test_a_report_survives_json() -> None:
    assert same(read_back(report()), report())
    assert read_back(report()).to_json_line() == report().to_json_line()


@pytest.mark.parametrize("value", SPECIALS, ids=str)
def test_what_is_not_finite_survives_json(value: float) -> None:
    back = read_back(report(largest_error=value))
    assert same(back.largest_error, value)


def test_nothing_and_nan_stay_apart() -> None:
    assert read_back(report(largest_error=None)).largest_error is None
    assert '"largest_error":"NaN"' in report(largest_error=NAN).to_json_line()


@LAWS
@given(
    st.lists(st.integers() | st.floats() | st.floats(width=32)),
    st.sampled_from(["float32", "int64"]),
)
def test_array_values_survive_json_as_what_they_are(values: list[float], dtype: str) -> None:
    sent = ArrayValue(dtype=dtype, shape=(len(values),), values=values)
    back = ArrayValue.model_validate(json.loads(sent.model_dump_json()))
    assert same(back, sent)


def test_the_json_of_a_report_is_strict_and_on_one_line() -> None:
    def refuse(name: str) -> float:
        raise AssertionError(name)

    line = report(stdout="a\nb\r\nc", message="é").to_json_line()
    assert len(line.splitlines()) == 1
    json.loads(line, parse_constant=refuse)


@pytest.mark.parametrize(
    "change", [{"verdict": "fine"}, {"passed": True}, {"points": "many"}, {"schema_version": 2}]
)
def test_what_is_no_report_is_refused(change: dict[str, Any]) -> None:
    content = {**json.loads(report().to_json_line()), **change}
    with pytest.raises(ValueError, match="validation error"):
        Report.model_validate(content)


def test_a_report_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        report().points = 100


# --- the published schema

SCHEMA = Report.model_json_schema(mode="serialization")


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("largest_error", [0.5, None])
def test_the_published_schema_describes_a_report_of_plain_numbers(
    largest_error: float | None,
) -> None:
    content = report(largest_error=largest_error, criteria=[]).to_json_line()
    jsonschema.validate(json.loads(content), SCHEMA)


@pytest.mark.parametrize("largest_error", [NAN, INF, -INF])
def test_the_published_schema_describes_a_report_of_nan_and_infinity(largest_error: float) -> None:
    content = report(largest_error=largest_error, criteria=[]).to_json_line()
    jsonschema.validate(json.loads(content), SCHEMA)


def test_the_published_schema_describes_a_counterexample_of_nan_and_infinity() -> None:
    jsonschema.validate(json.loads(report(largest_error=1.0).to_json_line()), SCHEMA)


def test_the_published_schema_refuses_what_is_no_report() -> None:
    content = json.loads(report(largest_error=None, criteria=[]).to_json_line())
    for wrong in ({**content, "verdict": "fine"}, {**content, "passed": True}, {}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


PROMISED = (
    "schema_version problem submission verdict points max_points criteria mistake cases "
    "isolation versions durations stdout"
)


def test_the_published_schema_requires_every_promised_field() -> None:
    assert set(PROMISED.split()) - set(SCHEMA["required"]) == set()


# --- arrays by value


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "float64"])
def test_an_array_is_kept_by_value(dtype: str) -> None:
    array = np.array([[0, 1], [1, 0]]).astype(dtype)
    kept = ArrayValue.of(array)
    assert (kept.dtype, kept.shape) == (dtype, (2, 2))
    np.testing.assert_array_equal(np.array(kept.values, dtype).reshape(kept.shape), array)


def test_an_array_of_no_dimensions_is_kept() -> None:
    assert same(ArrayValue.of(np.array(NAN, np.float32)).values, [NAN])
    assert ArrayValue.of(np.array(1.5)).shape == ()


def test_an_array_is_kept_in_c_order() -> None:
    assert ArrayValue.of(np.asfortranarray(np.arange(6).reshape(2, 3))).values == [*range(6)]


# --- fractions and exit statuses


@pytest.mark.parametrize(
    ("error", "allowed", "wanted"),
    [
        (0.0, 0.0, 0.0),
        (0.0, INF, 0.0),
        (1.0, 4.0, 0.25),
        (1.0, 0.0, INF),
        (1.0, INF, 0.0),
        (INF, 1.0, INF),
        (INF, INF, INF),
        (NAN, 1.0, INF),
        (NAN, INF, INF),
    ],
)
def test_an_error_is_a_fraction_of_what_is_allowed(
    error: float, allowed: float, wanted: float
) -> None:
    assert fraction(error, allowed) == wanted


WRONG = sorted(set(Verdict) - {Verdict.ACCEPTED, Verdict.JUDGE_ERROR})


@pytest.mark.parametrize(
    ("verdicts", "unreadable", "status"),
    [
        ([], False, ExitStatus.ACCEPTED),
        ([Verdict.ACCEPTED], False, ExitStatus.ACCEPTED),
        ([Verdict.ACCEPTED, Verdict.WRONG_ANSWER], False, ExitStatus.NOT_ACCEPTED),
        ([Verdict.ACCEPTED], True, ExitStatus.USAGE),
        ([Verdict.WRONG_ANSWER], True, ExitStatus.USAGE),
        ([], True, ExitStatus.USAGE),
        ([Verdict.JUDGE_ERROR], True, ExitStatus.JUDGE_ERROR),
        ([Verdict.JUDGE_ERROR, Verdict.WRONG_ANSWER], False, ExitStatus.JUDGE_ERROR),
    ],
)
def test_the_exit_status_of_a_run(
    verdicts: list[Verdict], unreadable: bool, status: ExitStatus
) -> None:
    assert exit_status(verdicts, unreadable) is status
    assert exit_status(reversed(verdicts), unreadable) is status


@pytest.mark.parametrize("verdict", WRONG)
def test_every_verdict_but_accepted_is_status_one(verdict: Verdict) -> None:
    assert exit_status([verdict]) == 1


def test_our_own_fault_wins_over_every_other_verdict() -> None:
    for pair in combinations(Verdict, 2):
        if Verdict.JUDGE_ERROR in pair:
            assert exit_status(pair) == 3


# --- the snippet

ARGUMENTS = (
    ArgumentSpec(name="seed", kind="int"),
    ArgumentSpec(name="x", kind="jax", dtype="float32", shape=("B", "F")),
    ArgumentSpec(name="y", kind="numpy", dtype="float32", shape=("B",)),
)
INPUTS = SPEC.model_copy(update={"arguments": ARGUMENTS})
EXPECTED = np.array(SPECIALS, np.float64)


def snippet(check: CheckName, path: str = "x.py", x: object = None) -> str:
    array = np.array([[NAN, INF], [-INF, -0.0]], np.float32) if x is None else x
    assert isinstance(array, np.ndarray)
    case = Case({"B": 2}, {"seed": -3, "x": array, "y": np.array([NAN, 1], np.float32)})
    return write_snippet(INPUTS, path, case, check, EXPECTED)


def inputs_of(text: str) -> dict[str, Any]:
    """Return what the lines of a snippet that set the inputs come to; numpy stands in for jax."""
    lines = [line for line in text.splitlines() if line.startswith(("seed =", "x =", "y ="))]
    names: dict[str, Any] = {"np": np, "jnp": np}
    exec("\n".join(lines), names)
    return names


@pytest.mark.parametrize("check", CHECKS)
def test_the_snippet_of_every_check_is_python(check: CheckName) -> None:
    compile(snippet(check), "snippet.py", "exec")


@pytest.mark.parametrize("path", ["it's.py", 'a"b.py', "a\\b.py", "{x}.py", "a\nb.py", "'''.py"])
def test_no_path_breaks_the_snippet(path: str) -> None:
    compile(snippet("values", path), "snippet.py", "exec")
    assert repr(path) in snippet("values", path)


@pytest.mark.parametrize("shape", [(2, 2), (0, 3), (1, 0)])
def test_the_snippet_has_the_very_inputs(shape: tuple[int, int]) -> None:
    x = np.resize(np.array([NAN, -INF, -0.0, 1e-45], np.float32), shape)
    names = inputs_of(snippet("values", x=x))
    assert names["seed"] == -3
    assert (names["x"].dtype, names["x"].shape) == (np.float32, shape)
    assert names["x"].tobytes() == x.tobytes()


@pytest.mark.parametrize("check", CHECKS)
def test_the_snippet_says_nothing_of_the_judge_or_the_solution(check: CheckName) -> None:
    assert "grader" not in snippet(check)
    assert "reference" not in snippet(check)


def test_the_snippet_shows_what_was_expected_only_where_that_is_an_answer() -> None:
    assert "expected" in snippet("values")
    for check in (*ABOUT_STRUCTURE, "determinism"):
        assert "expected" not in snippet(check)


def test_the_expected_answer_in_a_snippet_is_the_very_one() -> None:
    line = next(line for line in snippet("values").splitlines() if line.startswith("expected ="))
    found = eval(line.removeprefix("expected = describe"), {"np": np})
    assert found.tobytes() == EXPECTED.tobytes()
