"""The report as text: what a person at a terminal of 80 columns sees, kept in snapshots.

``UPDATE_SNAPSHOTS=1 pytest tests/test_rendering.py`` writes the snapshots afresh.
"""

from __future__ import annotations

import io
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from grader.isolation import Level
from grader.replay import Replayed
from grader.report import (
    ArrayValue,
    CasesInfo,
    Counterexample,
    CriterionResult,
    Difference,
    Durations,
    Isolation,
    Mistake,
    ProgramInfo,
    Report,
    SubmissionInfo,
    TracebackLine,
)
from grader.reports import render_problems, render_replay, render_report
from grader.text import legible
from grader.verdict import Verdict

LAWS = settings(max_examples=30)
SNAPSHOTS = Path(__file__).with_name("snapshots")
COLUMNS = 80
TITLES = {
    "output": ("Returns a flat float32 array of length B * features", 10),
    "values": ("The values are right", 30),
    "determinism": ("The same inputs always give the same answer", 10),
    "params_unbatched": (
        "One kernel (in_dim, features) and one bias (features,) for the whole batch",
        25,
    ),
    "lifted": ("The layer you use comes from nn.vmap, and all rows share its params", 25),
}
HOSTILE = "\x1b[31mred\x1b[0m \u202egnp.exe\u202c [bold]not markup[/bold] \x07\x9b2J"


def render(renderable: RenderableType, width: int = COLUMNS) -> str:
    """Return plain text as the command prints it where there is no terminal."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, color_system=None, highlight=False, legacy_windows=False
    )
    console.print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def require_snapshot(name: str, text: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"UPDATE_SNAPSHOTS=1 rewrites {path.name}"


def result(
    name: str, passed: bool | None, message: str = "", found: Counterexample | None = None
) -> CriterionResult:
    title, points = TITLES[name]
    return CriterionResult(
        id=name,
        title=title,
        passed=passed,
        points=points if passed else 0,
        max_points=points,
        message=message,
        counterexample=found,
    )


def report(verdict: Verdict, message: str, criteria: list[CriterionResult], **more: Any) -> Report:
    fields: dict[str, Any] = {
        "problem": "nn_vmap_forward",
        "submission": SubmissionInfo(path="submissions/x.py", sha256="0" * 64),
        "verdict": verdict,
        "message": message,
        "points": sum(one.points for one in criteria),
        "max_points": 100,
        "criteria": criteria,
        "cases": CasesInfo(requested=100, run=100, distinct_shapes=27, seed=7),
        "isolation": Isolation(
            level=Level.KERNEL,
            walls=["seccomp"],
            open={"see_files": "tell whether a file exists"},
            limits={"memory_mib": 1024},
            kernel={"system": "Linux"},
        ),
        "versions": {"grader": "0.1.0"},
        "durations": Durations(total=4.3),
        "stdout": "",
    }
    return Report(**{**fields, **more})


def batch(*rows: list[float]) -> ArrayValue:
    values: list[int | float] = [entry for row in rows for entry in row]
    return ArrayValue(dtype="float32", shape=(len(rows), len(rows[0])), values=values)


def counterexample(case: str = "0123abcd", **more: Any) -> Counterexample:
    inputs = {"seed": 0, "x_batch": batch([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]), "features": 4}
    shape = {"B": 2, "in_dim": 3, "features": 4}
    fields = {"shape": shape, "inputs": inputs, "note": "smallest failing input found", **more}
    return Counterexample(case=case, **fields)


def accepted() -> Report:
    criteria = [result(name, True, "held on 100 cases") for name in TITLES]
    return report(Verdict.ACCEPTED, "right on all 100 cases", criteria, largest_error=0.0625)


def wrong_values() -> Report:
    differences = [
        Difference(
            index=1, place="row 0, feature 1", expected=0.083, actual=0.4071, allowed=1.8e-6
        ),
        Difference(
            index=2, place="row 0, feature 2", expected=-1.25e-7, actual=math.nan, allowed=0
        ),
        Difference(index=4, place="row 1, feature 0", expected=3.0, actual=-math.inf, allowed=2e-6),
    ]
    off = counterexample(differences=differences, wrong_entries=6)
    message = (
        "6 of 8 numbers are wrong; the worst is at row 0, feature 2: it should be -1.25e-07, "
        "yours is nan"
    )
    copies = "params/kernel has shape (2, 3, 4), not (3, 4): 2 of them (B = 2)"
    return report(
        Verdict.WRONG_ANSWER,
        message,
        [
            result("output", True, "held on 100 cases"),
            result("values", False, message, off),
            result("determinism", True, "held on 100 cases"),
            result("params_unbatched", False, copies, counterexample()),
            result("lifted", None, "not reached on every case"),
        ],
        hint="One copy for every row is one too many: which entry of variable_axes says so?",
        mistake=Mistake(
            id="ensemble",
            title="An ensemble: every row has weights of its own",
            explanation="The params are mapped over axis 0 and their key is split, so each row of "
            "the batch gets another kernel.\n\nThe shapes of the variables show it.",
            hint="One copy for every row is one too many.",
        ),
        largest_error=math.inf,
    )


def runtime_error() -> Report:
    said = legible(HOSTILE)
    message = f"line 7: ValueError: {said}"
    found = counterexample(
        note="failing input (no smaller one was searched for: every try would end the process)"
    )
    return report(
        Verdict.RUNTIME_ERROR,
        message,
        [
            result("output", False, message, found),
            *(result(name, None, "not reached on every case") for name in list(TITLES)[1:]),
        ],
        submission=SubmissionInfo(path=legible("a\x1b]0;b\x07 [red]c[/red].py"), sha256="0" * 64),
        traceback=[
            TracebackLine(line=12, function="nn_vmap_forward", source="    return helper(x_batch)"),
            TracebackLine(line=7, function="<lambda>", source=legible(f"    boom = '{HOSTILE}'")),
        ],
        cases=CasesInfo(requested=100, run=1, distinct_shapes=1, seed=7),
        stdout=legible("one\n\ttwo\n" + HOSTILE + "\n" + "x" * 100 + "\n" + "more\n" * 9),
        hint="Check the type, the shape and the dtype of what the function returns.",
    )


def invalid() -> Report:
    return report(
        Verdict.INVALID_SUBMISSION,
        "the file defines no function named nn_vmap_forward, did you mean to rename "
        "nn_vmap_foward?",
        [result(name, None, "not reached") for name in TITLES],
        cases=CasesInfo(requested=100, run=0, distinct_shapes=0, seed=7),
    )


def wrong_output() -> Report:
    message = "the call returned shape (2, 4), expected (8,)"
    expected = ArrayValue(dtype="float32", shape=(8,), values=[float(i) for i in range(8)])
    actual = batch([0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0])
    found = counterexample(expected=expected, actual=actual)
    criteria = [result("output", False, message, found)]
    return report(Verdict.WRONG_ANSWER, message, criteria)


REPORTS = {
    "accepted": accepted,
    "wrong_values": wrong_values,
    "runtime_error": runtime_error,
    "invalid": invalid,
    "wrong_output": wrong_output,
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_looks_like_its_snapshot(name: str) -> None:
    require_snapshot(name, render(render_report(REPORTS[name]())))


@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal(name: str) -> None:
    text = render(render_report(REPORTS[name]()))
    assert max(cell_len(line) for line in text.splitlines()) <= COLUMNS


@pytest.mark.parametrize("name", REPORTS)
def test_no_control_character_reaches_the_terminal(name: str) -> None:
    text = render(render_report(REPORTS[name]()))
    assert text.replace("\n", "").isprintable()


# --- what a screen holds


def head_of(one: Report, width: int = COLUMNS) -> list[str]:
    """Return the lines that `--brief` prints, which are the first ones of a whole report, too."""
    brief = render(render_report(one, brief=True, command="./run"), width)
    whole = render(render_report(one, command="./run"), width)
    assert whole.startswith(brief)
    return brief.rstrip("\n").split("\n")


@pytest.mark.parametrize("name", REPORTS)
def test_what_a_learner_needs_first_fits_a_screen(name: str) -> None:
    assert len(head_of(REPORTS[name]())) <= 24


def test_a_screen_holds_the_reason_the_input_the_mistake_and_the_next_step() -> None:
    text = "\n".join(head_of(wrong_values()))
    for found in (
        "6 of 8 numbers",
        "x_batch = ",
        "expected   yours",
        "Mistake: An ensemble",
        "Hint",
    ):
        assert found in text
    assert text.endswith("Next: ./run hint nn_vmap_forward")
    assert " 10/10" not in text


def test_a_report_with_too_much_of_everything_keeps_the_next_step_on_the_screen() -> None:
    wide = ArrayValue(dtype="float32", shape=(32, 32), values=[0.5] * 1024)
    many = {"seed": 0, "x_batch": wide, "y_batch": wide, "features": 4}
    whole = wrong_values()
    values = whole.criteria[1]
    assert values.counterexample is not None
    found = values.counterexample.model_copy(update={"inputs": many})
    long = "One sentence of an explanation that is long. " * 30
    one = whole.model_copy(
        update={
            "message": "word " * 200,
            "hint": "word " * 100,
            "criteria": [values.model_copy(update={"counterexample": found})],
            "mistake": Mistake(id="m", title="word " * 60, explanation=long, hint=""),
        }
    )
    lines = head_of(one)
    assert len(lines) <= 24
    assert lines[-1] == "Next: ./run hint nn_vmap_forward"
    rest = render(render_report(one)).replace("\n", " ")
    assert rest.count("One sentence of an explanation") == 30


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_stands_twice(name: str) -> None:
    folded = " ".join(render(render_report(REPORTS[name]())).split())
    sentences = [one for one in re.split(r"(?<=[.:?]) ", folded) if len(one) > 30]
    assert [one for one in sentences if sentences.count(one) > 1] == []


def test_every_report_says_what_to_do_next() -> None:
    assert head_of(accepted())[-1].startswith("Next: you are done; this is the last")
    following = accepted().model_copy(update={"following": "nn_scan"})
    assert head_of(following)[-1] == "Next: you are done; go on with ./run show nn_scan"
    for verdict in Verdict:
        one = report(verdict, "because", [])
        assert sum(line.startswith("Next: ") for line in head_of(one)) == 1, verdict


def test_the_untouched_starter_is_told_where_to_begin() -> None:
    text = "\n".join(head_of(wrong_values().model_copy(update={"untouched": True})))
    assert "This is still the starter" in text
    assert "Mistake" not in text
    assert text.endswith(
        "Next: read ./run show nn_vmap_forward, then try ./run hint nn_vmap_forward"
    )


def test_right_numbers_with_a_wrong_structure_are_said_in_the_words_of_the_criterion() -> None:
    message = "params/bias is used by a plain nn.Dense, not by a lifted module"
    criteria = [result("values", True), result("lifted", False, message, counterexample())]
    proved = ProgramInfo(finding="proved", fixed=[{}], message="your function computes the same")
    one = report(Verdict.WRONG_STRUCTURE, message, criteria, program=proved)
    second = " ".join(head_of(one)[1:3])
    title = TITLES["lifted"][0]
    assert second.startswith("The numbers are right; the exercise asks for more: ")
    assert title[1:] in second
    assert "roved" not in render(render_report(one))


def test_isolation_is_named_where_it_is_weak_alone() -> None:
    assert "isolation" not in render(render_report(accepted()))
    isolation = accepted().isolation
    assert isolation is not None
    weak = isolation.model_copy(update={"level": Level.PROCESS})
    shown = render(render_report(accepted().model_copy(update={"isolation": weak})))
    assert "isolation process (weak)" in shown


def test_the_end_of_a_long_path_is_shown() -> None:
    long = SubmissionInfo(path="a/" * 60 + "alice.py", sha256="0" * 64)
    first = head_of(accepted().model_copy(update={"submission": long}))[0]
    assert first.endswith("/alice.py")
    assert cell_len(first) <= COLUMNS


def test_the_verdict_and_the_points_come_first() -> None:
    for make in REPORTS.values():
        first = render(render_report(make())).splitlines()[0]
        assert first.startswith(str(make().verdict).replace("_", " "))
        assert f"{make().points}/100 points" in first


def test_text_from_elsewhere_is_never_markup() -> None:
    text = render(render_report(runtime_error()))
    assert "[bold]not markup[/bold]" in text.replace("\n", " ")
    assert "[red]c[/red].py" in text


def test_the_same_inputs_are_shown_once() -> None:
    assert render(render_report(wrong_values())).count("x_batch = ") == 1


def test_a_criterion_that_was_not_reached_is_neither_pass_nor_fail() -> None:
    text = render(render_report(invalid()))
    assert "pass" not in text
    assert "FAIL" not in text


# --- arrays of every shape


def shown_array(value: ArrayValue) -> str:
    found = counterexample(inputs={"x": value}, expected=value, actual=value)
    criteria = [result("output", False, "wrong", found)]
    return render(render_report(report(Verdict.WRONG_ANSWER, "wrong", criteria)))


@pytest.mark.parametrize(
    "shape", [(), (0,), (1,), (3, 0), (0, 3), (2, 3, 4), (40,), (40, 40), (1, 1, 1, 1)], ids=str
)
def test_an_array_of_any_shape_is_shown(shape: tuple[int, ...]) -> None:
    values: list[int | float] = [-1234.5678] * math.prod(shape)
    text = shown_array(ArrayValue(dtype="float32", shape=shape, values=values))
    assert f"x = float32 {shape}" in text
    assert ("-1234.57" in text) == bool(values)
    assert max(cell_len(line) for line in text.splitlines()) <= COLUMNS


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e-45, 3.4e38, 2**70])
def test_a_number_of_any_size_is_shown(value: float) -> None:
    shown_array(ArrayValue(dtype="float32", shape=(1,), values=[value]))


# --- anything a report may hold

texts = st.text().map(legible)


@LAWS
@given(texts, texts, texts, texts, st.integers(60, 120))
def test_no_text_breaks_the_layout(
    message: str, source: str, path: str, printed: str, width: int
) -> None:
    one = report(
        Verdict.WRONG_ANSWER,
        message,
        [result("values", False, message, counterexample())],
        submission=SubmissionInfo(path=path, sha256=""),
        traceback=[TracebackLine(line=1, function="f", source=source)],
        stdout=printed,
        hint=message,
        mistake=Mistake(id="m", title=message, explanation=source, hint=""),
    )
    text = render(render_report(one), width)
    assert max(cell_len(line) for line in text.split("\n")) <= width
    if width >= COLUMNS:
        assert len(head_of(one, width)) <= 24


# --- the other renderings


def test_a_replay_says_whether_it_still_fails() -> None:
    one = wrong_values()
    fails = render(render_replay(one, one.criteria[1], Replayed(True, "6 of 8 off", changed=True)))
    assert "values: still fails" in fails
    assert "has changed" in fails
    assert "6 of 8 off" in fails
    held = render(render_replay(one, one.criteria[1], Replayed(False, "", changed=False)))
    assert "fails no more" in held
    assert "has changed" not in held


def test_the_problems_are_listed_with_their_points() -> None:
    text = render(render_problems([("one", "A [bold] title", 100), ("two", "T", 7)]))
    rows = [line.split() for line in text.splitlines() if line]
    assert rows[0] == ["problem", "title", "points"]
    assert rows[1] == ["one", "A", "[bold]", "title", "100"]
    assert rows[2] == ["two", "T", "7"]
