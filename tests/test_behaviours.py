"""Hostile and broken submissions get the right verdict in one clear sentence, and leave nothing.

Each file under behaviours/ says on its first two lines which verdict it must get and what the
report's message must contain.
"""

from __future__ import annotations

import tempfile
import time
import unicodedata
from pathlib import Path

import psutil
import pytest
from conftest import ROOT

from grader.judge import Judge
from grader.submission import read_submission
from grader.verdict import Verdict

FILES = sorted((ROOT / "tests" / "behaviours").glob("*.py"))


def header(path: Path) -> tuple[Verdict, str]:
    first, second = path.read_text(encoding="utf-8").split("\n")[:2]
    return Verdict(first.removeprefix("# verdict: ")), second.removeprefix("# says: ")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_broken_submission_gets_its_verdict_in_one_clear_sentence_and_leaves_nothing(
    path: Path, short_judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    verdict, says = header(path)
    report = short_judge.grade(read_submission(path))
    assert (report.verdict, says in report.message) == (verdict, True), report.message
    everything = report.model_dump_json(ensure_ascii=False)
    assert not [c for c in everything if unicodedata.category(c) in ("Cc", "Cf")]
    assert list(tmp_path.iterdir()) == []
    assert processes_that_mention(tmp_path) == []


def test_the_judge_goes_on_after_a_broken_submission(short_judge: Judge) -> None:
    good = ROOT / "reference/nn_vmap_forward/samples/accepted/canonical.py"
    bad = ROOT / "tests/behaviours/writes_garbage_on_every_descriptor.py"
    verdicts = [short_judge.grade(read_submission(path)).verdict for path in (good, bad, good)]
    assert verdicts == [Verdict.ACCEPTED, Verdict.RUNTIME_ERROR, Verdict.ACCEPTED]


def processes_that_mention(folder: Path) -> list[list[str]]:
    """Return the command lines that name a box's folder, after a moment to be reaped."""
    deadline = time.monotonic() + 2
    while True:
        lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
        left = [line for line in lines if any(str(folder) in part for part in line)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)
