"""Every sample gets the verdict and the points that it declares, and every mistake its name."""

from __future__ import annotations

import io
import re

import pytest
from conftest import ROOT, Grade
from rich.console import Console

from grader.catalog import Course
from grader.isolation import Level
from grader.levels import choose_level
from grader.report import Report
from grader.reports import render_report
from grader.samples import Sample, load_samples
from grader.verdict import Verdict

SAMPLES = [
    (problem.name, sample)
    for problem in Course(ROOT).problems()
    for sample in load_samples(problem)
]
NAMED = {
    Verdict.WRONG_ANSWER,
    Verdict.WRONG_STRUCTURE,
    Verdict.RUNTIME_ERROR,
    Verdict.INVALID_SUBMISSION,
    Verdict.TIME_LIMIT_EXCEEDED,
}
IDS = [f"{name}-{sample.verdict}-{sample.id}" for name, sample in SAMPLES]


# What docs/programs.md says of accepted samples; all others are proved, with everything open.
FINDINGS = {
    "cached_params": "proved for some seeds",
    "int_seed": "proved for some seeds",
    "in_halves": "other",
    "compared_with_plain_dense": "not_traced",
    "numpy_output": "not_traced",
    "padded_and_compiled_ahead": "not_traced",
}


@pytest.mark.parametrize("weak", [True, pytest.param(False, marks=pytest.mark.attacks)])
@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=IDS)
def test_a_sample_gets_its_verdict_its_points_and_its_name(
    name: str, sample: Sample, weak: bool, grade_file: Grade
) -> None:
    report = grade_file(name, sample.path, Level.PROCESS if weak else choose_level())
    found = report.verdict, report.points, report.mistake and report.mistake.id
    named = sample.id if sample.verdict in NAMED else None
    assert found == (sample.verdict, sample.points, named), report.message
    assert lines_of_head(report) <= 24
    if sample.verdict is Verdict.ACCEPTED:
        assert finding(report) == FINDINGS.get(sample.id, "proved")


def lines_of_head(report: Report) -> int:
    """Return how many lines of 80 columns it takes to say what is needed first."""
    console = Console(file=io.StringIO(), width=80, color_system=None)
    with console.capture() as capture:
        console.print(render_report(report, brief=True))
    return len(capture.get().rstrip("\n").split("\n"))


def finding(report: Report) -> str:
    assert report.program is not None
    fixed = report.program.finding == "proved" and report.program.fixed != [{}]
    return report.program.finding + (" for some seeds" if fixed else "")


def test_the_page_on_programs_says_which_samples_are_not_proved() -> None:
    page = (ROOT / "docs/programs.md").read_text(encoding="utf-8")
    listed = page.partition("## Which samples are proved")[2].partition("Every wrong")[0]
    assert set(re.findall(r"`(\w+)`", listed)) - {"nn_vmap_forward"} == set(FINDINGS)


def test_every_sample_lies_where_the_design_says(course: Course) -> None:
    for problem in course.problems():
        stray = [path for path in problem.samples.rglob("*.py") if path.parts[-3] != "samples"]
        assert stray == []


def test_every_mistake_explains_itself_and_gives_a_hint() -> None:
    silent = [
        sample.id
        for _, sample in SAMPLES
        if sample.verdict is not Verdict.ACCEPTED
        and not (sample.mistake.title and sample.mistake.explanation and sample.mistake.hint)
    ]
    assert silent == []


def test_the_starter_loads_and_is_not_accepted(course: Course, grade_file: Grade) -> None:
    for problem in course.problems():
        verdict = grade_file(problem.name, problem.starter).verdict
        assert verdict in (Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE)
