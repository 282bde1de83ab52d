"""Where a file lies, whose it is and how busy the machine is do not change what is said of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SEED

from grader.catalog import Problem
from grader.judge import Judge
from grader.submission import read_submission
from grader.verdict import Verdict

EXAMPLE = ROOT / "submissions/nn_vmap_forward/example.py"
BUSY = 6  # on the two cores of a small machine, three times what they can do
SOMEBODY = 12345
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
SPINS = "def nn_vmap_forward(seed, x_batch, features):\n    while True:\n        pass\n"


def graded(path: Path, *before: str) -> dict[str, Any]:
    """Return what the command says of a file: the report without what tells runs apart."""
    command = [*before, sys.executable, "-m", "grader", "grade", str(path)]
    command += ["--root", str(ROOT), "--cases", "2", "--seed", "1", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return {
        key: said[key] for key in said if key not in ("durations", "run", "submission", "isolation")
    }


@pytest.mark.attacks
def test_another_account_a_read_only_mount_and_an_odd_path_change_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "élèves et devoirs/nn_vmap_forward"
    folder.mkdir(parents=True)
    file = Path(shutil.copy(EXAMPLE, folder / "mon café ☕.py"))
    before: list[str] = []
    if os.geteuid() == 0 and sys.platform == "linux":
        os.chown(file, SOMEBODY, SOMEBODY)
        file.chmod(0o444)
        before = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(folder)]
    assert graded(file, *before) == graded(EXAMPLE)


@contextlib.contextmanager
def a_busy_machine() -> Iterator[None]:
    """Keep every core three times as busy as it can be."""
    busy = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


@pytest.mark.attacks
def test_a_busy_machine_does_not_change_a_verdict(problem: Problem, tmp_path: Path) -> None:
    spins = tmp_path / "spins.py"
    spins.write_text(SPINS)
    wrong = ROOT / "reference/nn_vmap_forward/samples/wrong_structure/ensemble_identical_copies.py"
    expected = [Verdict.ACCEPTED, Verdict.WRONG_STRUCTURE, Verdict.TIME_LIMIT_EXCEEDED]
    with a_busy_machine(), Judge(problem, seed=SEED, cases=4) as judge:
        reports = [judge.grade(read_submission(path)) for path in (EXAMPLE, wrong, spins)]
    assert [report.verdict for report in reports] == expected
    assert reports[-1].message.startswith("the call used more than 10 s of processor time")
