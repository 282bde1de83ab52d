"""A program is laid beside the reference's, in lines that can be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from rich.console import Console

from grader.catalog import Problem
from grader.explain import Explained, NotExplained, explain
from grader.isolation import Level
from grader.processes import Starter
from grader.reports import render_explained
from grader.samples import load_samples
from grader.submission import read_submission

Explain = Callable[..., Explained]


@pytest.fixture
def explained(problem: Problem, starter: Starter) -> Explain:
    def explained(path: Path, *, full: bool = False) -> Explained:
        return explain(problem, read_submission(path), Level.PROCESS, starter, full=full)

    return explained


def path_of(problem: Problem, name: str) -> Path:
    return next(sample.path for sample in load_samples(problem) if sample.id == name)


def lines(found: Explained, marks: str) -> list[str]:
    return [f"{row.name} {row.kind} {row.says}" for mark, row in found.rows if mark in marks]


def test_the_same_program_is_shown_once(problem: Problem, explained: Explain) -> None:
    found = explained(path_of(problem, "functools_partial"))
    assert found.same
    assert found.at == {"B": 2, "in_dim": 3, "features": 4}
    assert {mark for mark, _ in found.rows} == {" "}
    assert "x_batch f32[2, 3] an argument" in lines(found, " ")
    assert "v1 f32[2, 4] x_batch times p1, summed over axis 1 of x_batch and 0 of p1" in lines(
        found, " "
    )


def test_an_ensemble_has_a_kernel_for_each_example(problem: Problem, explained: Explain) -> None:
    found = explained(path_of(problem, "ensemble_identical_copies"))
    assert not found.same
    ours, theirs = lines(found, "+"), lines(found, "-")
    assert any(line.startswith("p1 f32[2, 3, 4] from seed") for line in ours)
    assert any("side by side along axis 0 of x_batch and 0 of p1" in line for line in ours)
    assert any(line.startswith("p1 f32[3, 4] from seed") for line in theirs)
    assert "v2 f32[2, 4] add(v1, p2)" in lines(found, " ")


def test_the_page_on_programs_shows_what_is_printed(problem: Problem, explained: Explain) -> None:
    found = explained(path_of(problem, "ensemble_identical_copies"))
    console = Console(width=80, file=io.StringIO())
    with console.capture() as printed:
        console.print(render_explained(found))
    page = (ROOT / "docs/programs.md").read_text(encoding="utf-8")
    assert "\n".join(line.rstrip() for line in printed.get().split("\n")) in page


def test_parameters_that_only_look_the_same_are_told_apart(
    problem: Problem, explained: Explain
) -> None:
    ours = lines(explained(path_of(problem, "key_split_first")), "+")
    assert any(line.endswith("not the reference's") for line in ours)


def test_in_full_every_operation_has_its_line(problem: Problem, explained: Explain) -> None:
    path = path_of(problem, "canonical")
    assert len(explained(path, full=True).rows) > 100 > len(explained(path).rows)


def test_a_seed_that_must_be_a_number_is_one(problem: Problem, explained: Explain) -> None:
    found = explained(path_of(problem, "int_seed"))
    assert found.same
    assert "seed" in found.at


def test_what_is_returned_has_a_line_though_it_depends_on_no_input(
    problem: Problem, explained: Explain
) -> None:
    (line,) = lines(explained(problem.starter), "+")
    assert line.startswith("p1 f32[8] fixed, in 1 operation")
    assert line.endswith("; returned")


def test_an_exception_that_has_nothing_to_do_with_tracing_keeps_its_message(
    tmp_path: Path, explained: Explain
) -> None:
    path = tmp_path / "answer.py"
    path.write_text("def nn_vmap_forward(seed, x_batch, features):\n    return x_bathc\n")
    with pytest.raises(NotExplained) as caught:
        explained(path)
    assert "line 2, `return x_bathc`, raised NameError: name 'x_bathc' is not defined" in str(
        caught.value
    )
    assert "Did you mean: 'x_batch'?" in str(caught.value)
    assert "no values" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("numpy_output", "TracerArrayConversionError"),
        ("syntax_error", "line"),
        ("import_fails", "importing the file raised"),
    ],
)
def test_what_is_no_program_is_said_in_a_sentence(
    problem: Problem, explained: Explain, name: str, why: str
) -> None:
    with pytest.raises(NotExplained, match=why):
        explained(path_of(problem, name))


def test_nothing_of_the_references_source_is_shown(problem: Problem, explained: Explain) -> None:
    found = explained(path_of(problem, "ensemble"), full=True)
    text = "\n".join(lines(found, " +-"))
    for word in ("vmap", "Dense", "_initialise", "solution", "variable_axes"):
        assert word not in text


def test_names_of_a_submission_cannot_steer_a_terminal(tmp_path: Path, explained: Explain) -> None:
    path = tmp_path / "answer.py"
    path.write_text(
        "import jax\n"
        "def nn_vmap_forward(seed, x_batch, features):\n"
        "    def f(x):\n"
        "        return x + seed\n"
        "    f.__name__ = '\\x1b[2J'\n"
        "    return jax.jit(f)(x_batch).ravel()\n",
        encoding="utf-8",
    )
    assert "\x1b" not in "".join(lines(explained(path), " +-"))
