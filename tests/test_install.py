"""An installed wheel grades outside the checkout, with the course that it brings."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from conftest import ROOT


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel; what it depends on is this one's."""
    folder = tmp_path_factory.mktemp("install")
    checkout = folder / "checkout"
    run("git", "clone", "--quiet", ROOT, checkout, cwd=folder)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    run(*build, checkout, cwd=folder)
    venv.create(folder / "env", with_pip=False)
    python = folder / "env/bin/python"
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", purelib, cwd=folder).strip())
    (site / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    wheel = next(folder.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    run(*pip, "--no-deps", "--no-index", "--ignore-installed", wheel, cwd=folder)
    return python.parent


@pytest.mark.slow
def test_the_course_comes_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "grader", "list", cwd=tmp_path)
    assert "nn_vmap_forward" in listed
    code = "import grader.catalog as c; print(c.find_course().root)"
    root = Path(run(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert root.is_relative_to(installed.parent)


@pytest.mark.slow
def test_a_wheel_grades_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    file = ROOT / "reference/nn_vmap_forward/samples/accepted/canonical.py"
    (tmp_path / "mine.py").write_bytes(file.read_bytes())
    said = run(installed / "grader", "grade", "mine.py", "--cases", "2", cwd=tmp_path)
    assert said.startswith("accepted  100/100 points  mine.py")


@pytest.mark.slow
def test_a_wheels_starter_is_put_under_the_current_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "grader", "start", "nn_vmap_forward", cwd=tmp_path)
    assert (tmp_path / "submissions/nn_vmap_forward/nn_vmap_forward.py").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reference", "problems", "tests"])
def test_a_wheel_brings_no_importable_course(name: str, installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "python"), "-I", "-c", f"import {name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ModuleNotFoundError" in done.stderr
