"""A submission finds the modules that its course allows, and what they need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TRY = """
import sys
from grader.worker import modules
modules.allow({packages})
try:
    import {name}
    import sysconfig
    sysconfig.get_config_vars()
except ModuleNotFoundError as error:
    print(error)
else:
    print("found")
"""


def found(name: str, *packages: str, path: Path | None = None) -> str:
    code = TRY.format(packages=packages, name=name)
    if path is not None:
        code = f"import sys; sys.path.insert(0, {str(path)!r})\n{code}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.mark.parametrize(
    "name", ["numpy", "jax", "flax", "json", "sqlite3", "sysconfig", "ml_dtypes"]
)
def test_what_jax_flax_and_numpy_are_made_of_is_always_found(name: str) -> None:
    assert found(name) == "found"


@pytest.mark.parametrize("name", ["pydantic", "hypothesis", "typer", "pytest"])
def test_what_the_judge_stands_on_is_not(name: str) -> None:
    assert found(name) == f"No module named '{name}'"


def test_what_a_course_allows_is_found_and_so_is_what_that_needs() -> None:
    assert found("hypothesis", "hypothesis") == "found"
    assert found("sortedcontainers", "hypothesis") == "found"
    assert found("sortedcontainers") == "No module named 'sortedcontainers'"


def test_a_file_that_lies_about_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "answers.py").write_text("x = 1\n")
    assert found("answers", path=tmp_path) == "No module named 'answers'"


def test_metadata_that_cannot_be_read_costs_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_bytes(b"\xff\xfe Name broken")
    (broken / "RECORD").write_text("../..,,\n,,\nbroken.py,,\n")
    assert found("pydantic", path=tmp_path) == "No module named 'pydantic'"
