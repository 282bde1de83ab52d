"""What the tests share: the course of this checkout, and judges that live as long as a session."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import attack_table
import hypothesis
import pytest

from grader.catalog import Course, Problem
from grader.isolation import Level
from grader.judge import JOBS, Judge
from grader.processes import Starter
from grader.report import Report
from grader.submission import read_submission

# How long an example takes is the machine's business; no test is about time.
hypothesis.settings.register_profile("grader", deadline=None, database=None)
hypothesis.settings.load_profile("grader")

ROOT = Path(__file__).resolve().parents[1]
SEED = 20
WIDE_SEED = 96  # of which the first drawn shape is large
Grade = Callable[..., Report]


def impatient(problem: Problem) -> Problem:
    """Return the problem with shorter limits on time: waiting longer would prove nothing more."""
    shorter = {"cpu_seconds": 4.0, "compile_seconds": 2.0, "idle_seconds": 4.0, "scratch_mib": 64}
    limits = problem.spec.limits.model_copy(update=shorter)
    return replace(problem, spec=problem.spec.model_copy(update={"limits": limits}))


def without_shrinking(problem: Problem) -> Problem:
    """Return the problem with no search for smaller counterexamples, which changes no verdict."""
    shrink = problem.spec.shrink.model_copy(update={"calls": 0})
    return replace(problem, spec=problem.spec.model_copy(update={"shrink": shrink}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what came of every attack, at every level."""
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    properties = [one for report in reports for one in getattr(report, "user_properties", ())]
    found = {(*value,) for name, value in properties if name == "attack"}
    if found:
        terminalreporter.section("attacks")
        for line in attack_table.measured(found):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what judges would keep in this account's cache away from there, for all tests alike."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp().parent / "cache"))
        yield


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return Course(ROOT)


@pytest.fixture(scope="session")
def problem(course: Course) -> Problem:
    """The first exercise."""
    return course.problem("nn_vmap_forward")


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Start workers that share what is compiled, over all tests."""
    compiled = tmp_path_factory.getbasetemp().parent / "compiled"
    compiled.mkdir(exist_ok=True)
    with contextlib.closing(Starter(compiled=compiled)) as starter:
        yield starter


@pytest.fixture(scope="session")
def grade_file(course: Course, starter: Starter) -> Iterator[Grade]:
    """Grade a file of a problem, on all pinned cases and the first twins.

    Most of the time goes into compiling shapes, which these have half as many of as 100 cases.
    """
    with contextlib.ExitStack() as stack:
        judges: dict[tuple[str, Level], Judge] = {}

        def grade(name: str, path: Path, level: Level = Level.PROCESS) -> Report:
            if (name, level) not in judges:
                problem = impatient(course.problem(name))
                judge = Judge(problem, seed=SEED, cases=24, level=level, starter=starter)
                judges[name, level] = stack.enter_context(judge)
            return judges[name, level].grade(read_submission(path))

        yield grade


@pytest.fixture(scope="session")
def short_judge(problem: Problem, starter: Starter) -> Iterator[Judge]:
    """A judge of a few cases in general position, for what shows on any call.

    Its boxes are the weakest: what happens to a broken file must not depend on walls.
    Its reference, which starts with the first submission, is running already.
    """
    mild = impatient(problem)
    with Judge(mild, seed=SEED, cases=4, level=Level.PROCESS, starter=starter) as judge:
        judge.grade(read_submission(ROOT / "tests/behaviours/entry_point_is_a_number.py"))
        for number in range(JOBS):  # not only once they are asked for what no cache has
            judge._reference._process(number)
        yield judge
