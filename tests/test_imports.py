"""The walls of DESIGN: who may import whom, and what must never be importable."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

# Imports go only upward in this list: a module may import those above it.
LAYERS = [
    "errors",
    "text",
    "spec",
    "isolation",
    "cache",
    "worker",
    "edges",
    "twins",
    "hashing",
    "processes",
    "observation",
    "forbidden",
    "verdict",
    "report",
    "submission",
    "catalog",
    "cases",
    "compare",
    "messages",
    "sandbox",
    "response",
    "levels",
    "doctor",
    "observer",
    "contractions",
    "proof",
    "checks",
    "store",
    "reference",
    "lanes",
    "unseen",
    "looks",
    "programs",
    "witness",
    "trials",
    "pairs",
    "provenance",
    "rubric",
    "samples",
    "diagnose",
    "shrink",
    "counterexample",
    "snippet",
    "warm",
    "draft",
    "judge",
    "trust",
    "api",
    "session",
    "watch",
    "start",
    "output",
    "replay",
    "explain",
    "reports",
    "cli",
    "__main__",
]
PACKAGE = ROOT / "grader"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE / "worker")


def imported_names(path: Path) -> set[str]:
    """Return the absolute module names that a file imports, type checking included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def layer_of(name: str) -> str:
    return name.partition(".")[2].partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_only_upward(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":  # the package itself gives lazily what is below
        return
    allowed = [*LAYERS[: LAYERS.index(own) + 1], "__version__"]
    used = {layer_of(name) for name in imported_names(path) if name.split(".")[0] == "grader"}
    assert used - set(allowed) == set()


def test_every_module_has_its_layer() -> None:
    found = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert found - {"__init__"} == set(LAYERS) - {"worker"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "worker").glob("*.py")), ids=lambda p: p.name)
def test_the_worker_imports_nothing_of_the_judge(path: Path) -> None:
    assert not {name for name in imported_names(path) if name.split(".")[0] == "grader"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_worker_imports_jax_and_flax(path: Path) -> None:
    assert not {n for n in imported_names(path) if n.split(".")[0] in ("jax", "jaxlib", "flax")}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_the_judge_knows_no_problem_by_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [problem.name for problem in (ROOT / "problems").iterdir() if problem.name in text]


@pytest.mark.parametrize("name", ["reference", "problems", "tests", "submissions"])
def test_a_course_folder_is_never_importable(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", f"import {name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ModuleNotFoundError" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "--help"], ["list"], ["schema"]])
def test_what_needs_no_worker_imports_neither_jax_nor_flax(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from grader.cli import main\n"
        f"sys.argv = ['grader', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "assert not {'jax', 'flax', 'jaxlib'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
