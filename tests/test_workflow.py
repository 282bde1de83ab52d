"""The example workflow grades what was changed, wherever it lies. Its steps run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT

WORKFLOW = (ROOT / "docs/examples/grade.yml").read_text()
SAMPLES = ROOT / "reference/nn_vmap_forward/samples"
RIGHT, WRONG = SAMPLES / "accepted/canonical.py", SAMPLES / "wrong_structure/plain_dense.py"
NO_COMMIT = "0" * 40  # what GitHub says was before a new branch
Done = subprocess.CompletedProcess[str]


def step(name: str) -> str:
    """Return the shell of a step."""
    found = re.search(rf"- name: {name}\n[\s\S]*?run: \|\n((?: {{10}}.*\n|\n)+)", WORKFLOW)
    assert found
    return textwrap.dedent(found[1])


GRADE = step("Grade the files that were changed")
MARK = step("Mark the files that are not accepted")


class Repository:
    """A course under git, whose `./run` is the judge of this environment."""

    def __init__(self, root: Path) -> None:
        self.root = root / "course"
        for name in ("problems", "reference"):
            ignore = shutil.ignore_patterns("samples")
            shutil.copytree(ROOT / name, self.root / name, ignore=ignore)
        judge = f'"{sys.executable}" -m grader'
        (self.root / "run").write_text(
            f'#!/bin/sh\ncommand=$1\nshift\nexec {judge} "$command" --cases 3 --seed 1 "$@"\n'
        )
        (self.root / "run").chmod(0o755)
        self.git("init", "--quiet")
        self.commit()

    def git(self, *words: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words]
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=True
        ).stdout

    def commit(self) -> str:
        """Commit everything, and return what was the last commit before."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x", "--allow-empty")
        return self.git("rev-list", "--max-count=2", "HEAD").split()[-1]

    def add(self, path: str, source: Path) -> None:
        target = self.root / "submissions" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())

    def run(self, shell: str, before: str = "") -> Done:
        """Run the shell of a step as GitHub does."""
        environment = {**os.environ, "BEFORE": before, "RUNNER_TEMP": str(self.root.parent)}
        return subprocess.run(
            ["bash", "-e", "-c", shell],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_what_triggers_the_workflow_is_what_it_grades() -> None:
    triggers = re.findall(r'paths: \["(.+)"\]', WORKFLOW)
    assert triggers == re.findall(r"':\(glob\)(.+)'", WORKFLOW) * 2


def test_a_wrong_file_in_a_learners_folder_fails_the_step_and_its_report_is_in_the_log(
    repository: Repository,
) -> None:
    repository.add("nn_vmap_forward/alice/solution.py", WRONG)
    repository.add("nn_vmap_forward/bob.py", RIGHT)
    done = repository.run(GRADE, repository.commit())
    assert done.returncode == 1
    assert "wrong structure" in done.stdout
    assert "accepted  100/100 points  submissions/nn_vmap_forward/bob.py" in done.stdout
    lines = (repository.root / "report.jsonl").read_text().splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["wrong_structure", "accepted"]
    if shutil.which("jq"):
        marked = repository.run(MARK).stdout
        place = "file=submissions/nn_vmap_forward/alice/solution.py,line=1"
        assert marked.startswith(f"::error {place}::wrong_structure: ")
        assert marked.count("\n") == 1


def test_where_no_submission_was_changed_the_step_says_so(repository: Repository) -> None:
    repository.add("nn_vmap_forward/alice/solution.py", WRONG)
    repository.commit()
    (repository.root / "submissions/notes.md").write_text("x")
    done = repository.run(GRADE, repository.commit())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No submission was added or changed: nothing is graded.\n"


def test_on_a_new_branch_every_file_is_graded_without_a_complaint_of_git(
    repository: Repository,
) -> None:
    repository.add("nn_vmap_forward/it's $HOME.py", RIGHT)
    repository.commit()
    done = repository.run(GRADE, NO_COMMIT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "every submission is graded" in done.stdout
    assert "accepted  100/100 points" in done.stdout


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_text_of_a_submission_is_no_command_to_the_runner(repository: Repository) -> None:
    report = {
        "verdict": "runtime_error",
        "message": "x\n::error::100%\r::stop",
        "submission": {"path": "a,b:c\n.py"},
        "traceback": [{"line": 3}, {"line": 7}],
    }
    (repository.root / "report.jsonl").write_text(json.dumps(report) + "\n")
    done = repository.run(MARK)
    assert done.stdout == (
        "::error file=a%2Cb%3Ac%0A.py,line=7::runtime_error: x%0A::error::100%25%0D::stop\n"
    )
