"""What a program is good for, end to end: fewer calls, more cases, and a second witness."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, SEED, WIDE_SEED, impatient

from grader import response
from grader.cases import CaseSource
from grader.catalog import Course, Problem
from grader.checks.transforms import INITIALISED
from grader.edges import Shape
from grader.isolation import Level
from grader.judge import Judge
from grader.observation import Refused
from grader.observer import Observer
from grader.processes import Starter
from grader.programs import MAX_TURNS, Plan
from grader.report import Report
from grader.samples import Sample, load_samples
from grader.submission import Submission, read_submission
from grader.verdict import Verdict

CASES, SHAPES = 45, 6  # few shapes, as each costs a compilation
CONFIRMING = 36  # the pinned cases, twelve twins and eight drawn ones
HEAD = """
import jax, jax.numpy as jnp, numpy
from flax import linen as nn
Shared = nn.vmap(nn.Dense, variable_axes={"params": None}, split_rngs={"params": False})
Copied = nn.vmap(nn.Dense, variable_axes={"params": 0}, split_rngs={"params": False})
def applied(layer, seed, x_batch):
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x_batch), x_batch).reshape(-1)
def nn_vmap_forward(seed, x_batch, features):
    answer = applied(Shared(features), seed, x_batch)
"""
IN_EVERY_WAY = ["canonical", "in_halves", "ensemble_identical_copies"]  # the others: quality


@pytest.fixture(scope="module")
def small(problem: Problem) -> Problem:
    """The problem, its cases spread over fewer shapes."""
    spread = problem.spec.cases.model_copy(update={"distinct_shapes": SHAPES})
    return replace(problem, spec=problem.spec.model_copy(update={"cases": spread}))


@pytest.fixture(scope="module")
def judge(small: Problem, starter: Starter) -> Iterator[Judge]:
    with Judge(small, seed=SEED, cases=CASES, level=Level.PROCESS, starter=starter) as judge:
        yield judge


Grade = Callable[[str], Report]


@pytest.fixture
def grade(judge: Judge, tmp_path: Path) -> Grade:
    """Grade a function that begins with the right answer and ends as is given."""

    def grade(body: str) -> Report:
        lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
        return judge.grade(written(tmp_path, HEAD + lines))

    return grade


def written(folder: Path, source: str) -> Submission:
    path = folder / "answer.py"
    path.write_text(source, encoding="utf-8")
    return read_submission(path)


def sample_named(problem: Problem, name: str) -> Sample:
    return next(sample for sample in load_samples(problem) if sample.id == name)


def finding(report: Report) -> tuple[str, list[dict[str, int]]]:
    assert report.program is not None
    return report.program.finding, report.program.fixed


def said(report: Report) -> str:
    assert report.program is not None
    return report.program.message


def test_a_proof_for_all_inputs_leaves_the_edge_cases_the_twins_and_eight(grade: Grade) -> None:
    report = grade("return answer")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CONFIRMING)
    assert finding(report) == ("proved", [{}])


def test_a_proof_for_some_seeds_alone_leaves_all_calls(grade: Grade) -> None:
    report = grade("return applied(Shared(features), int(seed), x_batch)")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CASES)
    assert finding(report)[0] == "proved"


@pytest.mark.parametrize(
    "condition",
    [
        "x_batch.shape[0] == 17",
        "x_batch.shape[1] == features - numpy.int64(3)",
        *(
            pytest.param(one, marks=pytest.mark.quality)
            for one in (
                "len(x_batch) == 17",
                "len(x_batch) > 31",
                "17 in x_batch.shape[:1]",
                "not x_batch.shape[0] <= 31",
                "x_batch.shape[0] % 29 == 0",
                "features == 23",
                "x_batch.shape[0] == 17.0",
                "x_batch.shape[0] == numpy.array(17)",
            )
        ),
    ],
)
def test_what_is_wrong_at_a_few_sizes_is_called_there(grade: Grade, condition: str) -> None:
    report = grade(f"return answer + 1 if {condition} else answer")
    assert report.verdict is Verdict.WRONG_ANSWER, report.program


@pytest.mark.parametrize("lifted_for_show", [True, False])
def test_what_is_made_by_hand_at_one_size_is_called_there(
    judge: Judge, tmp_path: Path, lifted_for_show: bool
) -> None:
    head = HEAD if lifted_for_show else HEAD.rsplit("\n", 2)[0] + "\n"
    body = """
    if x_batch.shape[0] != 27:
        return applied(Shared(features), seed, x_batch)
    drawn = Shared(features).init(jax.random.PRNGKey(seed), x_batch)["params"]
    return (x_batch @ drawn["kernel"] + drawn["bias"]).reshape(-1)
"""
    report = judge.grade(written(tmp_path, head + body))
    assert report.verdict is Verdict.WRONG_STRUCTURE, report.program
    assert (INITIALISED in report.message) is not lifted_for_show


@pytest.mark.quality
def test_of_many_paths_some_are_called(grade: Grade) -> None:
    steps = "".join(f"if x_batch.shape[0] > {size}: answer = answer * 1\n" for size in range(24))
    report = grade(f"{steps}return answer")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CASES + MAX_TURNS)


def test_a_branch_on_sizes_that_makes_no_difference_is_no_fault(grade: Grade) -> None:
    report = grade("return answer if x_batch.shape[0] > 5 else jnp.ravel(answer)")
    assert report.verdict is Verdict.ACCEPTED
    assert report.cases.run > CASES
    assert "and takes another path at" in said(report)


@pytest.mark.quality
def test_of_a_path_a_shape_is_called_at_which_nothing_fits_by_luck(grade: Grade) -> None:
    told = said(grade("return answer if x_batch.shape[0] != features else answer * 1"))
    sizes = {int(size) for size in re.findall(r"(?:B|in_dim) (\d+)", told)}
    assert len(sizes - {1}) == 2, told


def test_a_size_that_is_looked_up_leaves_all_calls(grade: Grade) -> None:
    report = grade("return answer * {1000: 2.0}.get(x_batch.shape[0], 1.0)")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CASES)
    report = grade("return answer + 1 if x_batch.shape[0] in {1, 3} else answer")
    assert report.verdict is Verdict.WRONG_ANSWER
    assert said(report).endswith("Your code reads sizes, so at some sizes it may differ")


@pytest.mark.parametrize(
    ("printing", "condition"),
    [
        ("print(x_batch.shape[0], file=kept)", "kept.getvalue() == '29\\n'"),
        (
            "with contextlib.redirect_stdout(kept): print(x_batch.shape[0])",
            "kept.getvalue() == '29\\n'",
        ),
        ("format = looked_up.setdefault\nprint(format(x_batch.shape[0]))", "29 in looked_up"),
    ],
    ids=["to a file", "redirected", "looked up"],
)
def test_a_size_that_is_printed_where_it_can_be_read_again_is_no_proof(
    grade: Grade, printing: str, condition: str
) -> None:
    kept = "import contextlib, io\nkept, looked_up = io.StringIO(), {}"
    report = grade(f"{kept}\n{printing}\nreturn answer + 1 if {condition} else answer")
    assert report.verdict is Verdict.WRONG_ANSWER, report.program


def test_sizes_that_no_case_has_are_no_branch(grade: Grade) -> None:
    report = grade("if x_batch.shape[0] > 1000:\n    raise ValueError\nreturn answer")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CONFIRMING)
    assert "Your code branches on a size, so this was checked on " in said(report)


@pytest.mark.parametrize(
    "line",
    [
        "assert answer.shape == (x_batch.shape[0] * features,)",
        "assert x_batch.shape[0] > 0 and x_batch.shape[0] != -1",
        "assert x_batch.shape[0] + features > x_batch.shape[0] != None",
    ],
)
def test_a_comparison_that_holds_for_all_sizes_leaves_the_proof_whole(
    grade: Grade, line: str
) -> None:
    report = grade(f"{line}\nreturn answer")
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CONFIRMING)
    assert said(report).endswith("for every seed, B, in_dim and features")


def test_where_programs_differ_a_case_that_is_wrong_is_found_by_running_them(
    grade: Grade, judge: Judge, small: Problem
) -> None:
    plan = Plan(small.spec, CaseSource(small.cases, small.spec), judge.plan, SEED)
    called = {area(case.shape) for case in judge.plan}
    other = next(area(one) for one in plan.shapes[: CASES // 3] if area(one) not in called)
    report = grade(f"return answer + jnp.where(jnp.asarray(x_batch.size) == {other}, 1.0, 0.0)")
    assert (report.verdict, report.cases.run) == (Verdict.WRONG_ANSWER, CASES + 1)


def area(shape: Shape) -> int:
    return shape["B"] * shape["in_dim"]


def test_what_is_wrong_only_while_it_is_traced_is_right_and_said_to_differ(grade: Grade) -> None:
    report = grade("return answer + isinstance(x_batch, jax.core.Tracer)")
    assert report.verdict is Verdict.ACCEPTED
    assert report.program is not None
    assert report.program.contradicted


def test_what_is_right_only_while_it_is_traced_is_wrong_and_said_to_differ(
    judge: Judge, problem: Problem
) -> None:
    report = judge.grade(read_submission(sample_named(problem, "right_only_when_traced").path))
    assert report.verdict is Verdict.WRONG_ANSWER
    assert report.program is not None
    assert (report.program.finding, report.program.contradicted) == ("proved", True)


@pytest.mark.parametrize(
    "path",
    [
        "behaviours/reimports_a_clean_flax.py",
        "attacks/grading/answers_with_a_second_flax.py",
        "attacks/grading/loads_its_own_lift.py",
        "attacks/grading/restores_what_was_patched.py",
        "attacks/grading/forges_its_evidence.py",
        "attacks/grading/forges_its_evidence_at_times.py",
    ],
)
def test_an_ensemble_that_hides_from_flax_is_seen_in_its_program(judge: Judge, path: str) -> None:
    report = judge.grade(read_submission(ROOT / "tests" / path))
    assert report.verdict is Verdict.WRONG_STRUCTURE
    assert report.program is not None
    assert report.program.products is not None
    assert report.program.products.submission.startswith("every example is multiplied by its own")


HIDDEN = {
    "side by side": "return jnp.einsum('bi,bif->bf', x_batch, copies).reshape(-1)",
    "entry by entry": "return (x_batch[:, :, None] * copies).sum(1).reshape(-1)",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_copies_that_are_multiplied_by_hand_lose_the_criterion_about_variables(
    grade: Grade, how: str
) -> None:
    draw = "init = nn.initializers.lecun_normal()\n"
    draw += "shape = (x_batch.shape[0], x_batch.shape[1], features)\n"
    draw += "copies = jnp.zeros(shape) + 1e-30 * init(jax.random.PRNGKey(seed), shape)\n"
    report = grade(f"{draw}{HIDDEN[how].replace('return ', 'return answer + 1e-30 * ')}")
    passed = {one.id: one.passed for one in report.criteria}
    assert (report.verdict, passed["params_unbatched"]) == (Verdict.WRONG_STRUCTURE, False)


def crashes(self: Observer, *_: object) -> object:
    """Ask what ends the process that is asked, for certain."""
    return self._converse({"op": "analyse"}, b"", response.read_program)


def is_missing(_: Observer, *__: object) -> Refused:
    return Refused("this jaxlib has not what it takes")


MODES: dict[str, dict[str, Callable[..., object]]] = {
    "off": {},
    "analyst crashes": {"analyse": crashes, "interpret": crashes},
    "no reader": {"analyse": is_missing, "interpret": is_missing},
    "no interpreter": {"interpret": is_missing},
}
SAMPLES = load_samples(Course(ROOT).problem("nn_vmap_forward"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(one, id=one.id, marks=[] if one.id in IN_EVERY_WAY else pytest.mark.quality)
        for one in SAMPLES
    ],
)
def test_a_sample_keeps_its_verdict_and_points_whatever_becomes_of_programs(
    sample: Sample,
    mode: str,
    problem: Problem,
    starter: Starter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, replacement in MODES[mode].items():
        monkeypatch.setattr(Observer, name, replacement)
    with Judge(
        impatient(problem),
        seed=WIDE_SEED,
        cases=24,
        level=Level.PROCESS,
        starter=starter,
        programs=mode != "off",
    ) as judge:
        report = judge.grade(read_submission(sample.path))
    assert (report.verdict, report.points) == (sample.verdict, sample.points), report.message


def test_a_crash_of_the_analyst_is_said_and_costs_nothing(
    judge: Judge, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Observer, "analyse", crashes)
    report = judge.grade(read_submission(sample_named(problem, "canonical").path))
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CASES)
    assert said(report) == "not judged: reading it ended a process. The verdict rests on the calls"


def test_a_fault_of_ours_in_comparing_is_said_and_costs_nothing(
    judge: Judge, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(Observer, "analyse", fails)
    report = judge.grade(read_submission(sample_named(problem, "canonical").path))
    assert (report.verdict, report.cases.run) == (Verdict.ACCEPTED, CASES)
    assert said(report) == (
        "not judged: comparing it failed with KeyError. The verdict rests on the calls"
    )


def test_no_process_is_left_of_a_grade_with_programs(problem: Problem, starter: Starter) -> None:
    sample = sample_named(problem, "in_halves")
    assert starter.server is not None
    server = psutil.Process(starter.server)
    before = set(server.children(recursive=True))
    with Judge(problem, seed=SEED, cases=20, level=Level.PROCESS, starter=starter) as judge:
        judge.grade(read_submission(sample.path))
        threads = {thread.name for thread in threading.enumerate()}
    assert "programs" not in threads
    left = set(server.children(recursive=True)) - before
    _, alive = psutil.wait_procs(left, timeout=10)
    assert not alive
