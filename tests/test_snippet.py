"""The snippet of a counterexample, run by itself, shows the failure or says why it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Grade

from grader.catalog import Course
from grader.report import Report
from grader.samples import Sample, load_samples
from grader.verdict import Verdict

WRONG = [
    (problem.name, sample)
    for problem in Course(ROOT).problems()
    for sample in load_samples(problem)
    if sample.verdict in (Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE, Verdict.RUNTIME_ERROR)
]
# One of each kind; the others are run by hand (-m quality).
TELLING = {"seed_ignored", "returns_a_pair", "random_each_call", "plain_dense", "no_split_rngs"}
ODD = {
    "remembers": """
from dataclasses import dataclass
import jax.numpy as jnp
calls = []
@dataclass
class Answer:
    entries: object
def nn_vmap_forward(seed, x_batch, features):
    calls.append(1)
    return Answer(jnp.full(x_batch.shape[0] * features, float(len(calls)))).entries
""",
    "keywords": """
import flax.linen as nn
import jax
def nn_vmap_forward(seed, x_batch, features):
    variables = nn.Dense(features).init(jax.random.PRNGKey(seed), x_batch)
    return nn.Dense(features).apply(variables=variables, inputs=x_batch).reshape(-1)
""",
}


def run_snippets(report: Report, folder: Path) -> None:
    """Run every snippet of a report, and check what each prints."""
    for result in report.criteria:
        if result.counterexample is None:
            continue
        path = folder / f"{result.id}.py"
        path.write_text(result.counterexample.snippet, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, check=False, cwd=folder
        )
        if report.verdict is Verdict.RUNTIME_ERROR:
            kind = report.exception.partition(":")[0]
            assert kind in done.stderr
            continue
        assert done.returncode == 0, done.stderr
        require_something_shown(done.stdout)


def require_something_shown(printed: str) -> None:
    assert printed.strip()
    for first, second in (("got     ", "expected"), ("once ", "again")):
        _, found, rest = printed.partition(f"{first} ")
        if found and f"{second} " in rest:
            one, _, other = rest.partition(f"{second} ")
            told, _, remark = other.partition("Equal this time")
            assert (one.strip() == told.strip()) == bool(remark), printed


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        pytest.param(
            name,
            sample,
            id=sample.id,
            marks=[] if sample.id in TELLING else [pytest.mark.slow, pytest.mark.quality],
        )
        for name, sample in WRONG
    ],
)
def test_the_snippets_of_a_sample_run_by_themselves_and_show_the_failure(
    name: str, sample: Sample, grade_file: Grade, tmp_path: Path
) -> None:
    run_snippets(grade_file(name, sample.path), tmp_path)


@pytest.mark.parametrize("name", ODD)
def test_no_odd_file_breaks_a_snippet(name: str, grade_file: Grade, tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    path.write_text(ODD[name], encoding="utf-8")
    report = grade_file("nn_vmap_forward", path)
    assert report.verdict is not Verdict.ACCEPTED
    run_snippets(report, tmp_path)
