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
from grader.processes import Starter
from grader.submission import read_submission
from grader.verdict import Verdict

FILES = sorted((ROOT / "tests" / "behaviours").glob("*.py"))


def header(path: Path) -> tuple[Verdict, str]:
    first, second = path.read_text(encoding="utf-8").split("\n")[:2]
    return Verdict(first.removeprefix("# verdict: ")), second.removeprefix("# says: ")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_broken_submission_gets_its_verdict_in_one_clear_sentence_and_leaves_nothing(
    path: Path,
    short_judge: Judge,
    starter: Starter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    verdict, says = header(path)
    before = processes_below(starter)
    report = short_judge.grade(read_submission(path))
    assert (report.verdict, says in report.message) == (verdict, True), report.message
    everything = report.model_dump_json(ensure_ascii=False)
    assert not [c for c in everything if unicodedata.category(c) in ("Cc", "Cf")]
    assert list(tmp_path.iterdir()) == []
    assert orphans() == []
    assert processes_below(starter) <= before | processes_of_the_course(short_judge)


def test_the_judge_goes_on_after_a_broken_submission(short_judge: Judge) -> None:
    good = ROOT / "reference/nn_vmap_forward/samples/accepted/canonical.py"
    bad = ROOT / "tests/behaviours/writes_garbage_on_every_descriptor.py"
    verdicts = [short_judge.grade(read_submission(path)).verdict for path in (good, bad, good)]
    assert verdicts == [Verdict.ACCEPTED, Verdict.RUNTIME_ERROR, Verdict.ACCEPTED]


def processes_below(starter: Starter) -> set[psutil.Process]:
    """Return the processes that a fork server has made, and what those have."""
    found = psutil.Process(starter.server) if starter.server else psutil.Process()
    return set(found.children(recursive=True))


def processes_of_the_course(judge: Judge) -> set[psutil.Process]:
    """Return those of the reference and the samples, which outlive a submission."""
    diagnosis = judge._diagnosis._observer
    observers = [*judge._reference._observers.values(), *([diagnosis] if diagnosis else [])]
    wardens = [psutil.Process(one._box._process.pid) for one in observers if one.alive]
    return {*wardens, *(below for one in wardens for below in one.children(recursive=True))}


def orphans() -> list[psutil.Process]:
    """Return the processes of boxes whose warden is gone, after a moment to be reaped."""
    deadline = time.monotonic() + 5
    while True:
        found = list(psutil.process_iter(["cmdline", "ppid"]))
        left = [
            process
            for process in found
            if process.info["ppid"] == 1
            and "grader_worker" in " ".join(process.info["cmdline"] or [])
        ]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)
