"""Finds problems, their private twins and what a course says; loads no code of any."""

from __future__ import annotations

import importlib.metadata
import os
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SpecError, UsageError
from grader.spec import ProblemSpec, load_course_spec, load_spec
from grader.submission import defines
from grader.text import did_you_mean

DISTRIBUTION = "flax-grader"


@dataclass(frozen=True, slots=True)
class Problem:
    """One exercise: its public folder, its private twin, its contract, and its course's."""

    name: str
    folder: Path
    reference: Path
    spec: ProblemSpec
    packages: tuple[str, ...] | None = None  # that submissions may import; None: all there are

    @property
    def statement(self) -> Path:
        """The exercise in prose."""
        return self.folder / "statement.md"

    @property
    def starter(self) -> Path:
        """What a learner copies."""
        return self.folder / "starter.py"

    @property
    def cases(self) -> Path:
        """The strategies of the inputs."""
        return self.folder / "cases.py"

    @property
    def solution(self) -> Path:
        """The reference."""
        return self.reference / "solution.py"

    @property
    def samples(self) -> Path:
        """Sample submissions, in folders named after their verdict."""
        return self.reference / "samples"

    def load_statement(self) -> str:
        """Return the exercise in prose.

        Raises:
          SpecError: it cannot be read, or is not UTF-8.
        """
        return _load_text(self.statement)

    def load_starter(self) -> str:
        """Return what a learner copies.

        Raises:
          SpecError: it cannot be read, or is not UTF-8.
        """
        return _load_text(self.starter)


@dataclass(frozen=True, slots=True)
class Course:
    """The folder that holds `problems/` and `reference/`, and maybe a `course.toml`."""

    root: Path

    def packages(self) -> tuple[str, ...] | None:
        """Return what submissions may import beside what always may, or None for anything.

        Raises:
          SpecError: the course.toml is at fault.
        """
        path = self.root / "course.toml"
        return load_course_spec(path).packages if os.path.lexists(path) else None

    def names(self) -> list[str]:
        """Return the names of all problems, in no order of teaching."""
        found = (path.parent.name for path in (self.root / "problems").glob("*/problem.toml"))
        return sorted(found)

    def problem(self, name: str) -> Problem:
        """Return the problem of that name.

        Raises:
          UsageError: there is none; the text guesses the one that was meant.
          SpecError: it or its twin is incomplete.
        """
        names = self.names()
        if name not in names:
            near = did_you_mean(name, names)
            known = ", ".join(names) or "none"
            raise UsageError(f"there is no problem {name!r}{near or f'; known: {known}'}")
        folder, reference = self.root / "problems" / name, self.root / "reference" / name
        spec = load_spec(folder / "problem.toml")
        problem = Problem(name, folder, reference, spec, self.packages())
        for path in (problem.statement, problem.starter, problem.cases, problem.solution):
            if not path.is_file():
                raise SpecError(f"{path}: is missing; every problem has one")
        return problem

    def problems(self) -> list[Problem]:
        """Return all problems in the order in which they are taught."""
        found = [self.problem(name) for name in self.names()]
        return sorted(found, key=lambda problem: (problem.spec.position, problem.name))


def find_course(root: Path | None = None, start: Path | None = None) -> Course:
    """Return the course at `root`, else the nearest one upwards of `start`, else the shipped one.

    Raises:
      UsageError: `root` holds no course, or none was found anywhere.
    """
    if root is not None:
        if not _holds_a_course(root):
            raise UsageError(f"--root {root}: has no problems/ and reference/ folders in it")
        return Course(root.resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if _holds_a_course(folder):
            return Course(folder)
    shipped = _shipped_course()
    if shipped is None:
        raise UsageError(
            f"no course found: neither {here} nor a folder above it holds problems/ and "
            "reference/; name one with --root"
        )
    return Course(shipped)


def choose_problem(course: Course, name: str | None, path: Path, source: str) -> Problem:
    """Return the problem that a submission answers.

    It is the one named, else the one that the nearest of its folders so named is named after, else
    the one whose entry point the file defines.

    Raises:
      UsageError: none or several are left to choose from; the text lists them.
    """
    if name is not None:
        return course.problem(name)
    names = set(course.names())
    for folder in path.resolve().parents:
        if folder == course.root:  # what the clone is called says nothing
            break
        if folder.name in names:
            return course.problem(folder.name)
    problems = course.problems()
    fitting = [problem for problem in problems if defines(source, problem.spec.entry_point)]
    if len(fitting) == 1:
        return fitting[0]
    choice = [problem.name for problem in (fitting or problems)]
    which = "" if len(choice) == 1 else " with one of these:"
    raise UsageError(f"Which problem does {path} answer? Add --problem{which} {', '.join(choice)}.")


def _load_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path}: is not UTF-8 text") from None


def _holds_a_course(folder: Path) -> bool:
    return (folder / "problems").is_dir() and (folder / "reference").is_dir()


def _shipped_course() -> Path | None:
    beside = Path(__file__).resolve().parents[1]  # an editable install: the checkout itself
    if _holds_a_course(beside):
        return beside
    try:
        files = importlib.metadata.distribution(DISTRIBUTION).files or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == "problem.toml" and file.parts[-5:-2] == ("share", "grader", "problems"):
            root = Path(str(file.locate())).resolve().parents[2]
            if _holds_a_course(root):
                return root
    return None
