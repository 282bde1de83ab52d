"""Hostile submissions, run for real at every level, as this account and as others.

Each file under attacks/<class>/ says on its first lines what it is after:

    # harm: reads the reference by its path and shows it
    # open at: process                  the levels at which nothing keeps it from succeeding
    # verdict: accepted                 if it solves the exercise all the same, the harm having failed
    # not promised: why                 if no level stops it; docs/security.md says so too

How harm is seen is in arena.py. All of it takes a while: `./run tests -m attacks` runs it, and writes
the table of docs/security.md to the folder that `ATTACK_TABLE` names.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from grader.isolation import Level
from grader.verdict import Verdict

FOLDER = ROOT / "tests" / "attacks"
FILES = sorted(FOLDER.glob("*/*.py"))
SECONDS = 120.0  # for one attack; its own limits are far lower
ACCOUNT = "grader-attacked"
Ask = Callable[[Path, Level], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Header:
    """What the first lines of an attack say."""

    harm: str
    open_at: frozenset[str]
    may_be_accepted: bool
    not_promised: str

    @classmethod
    def of(cls, path: Path) -> Header:
        lines = [
            line for line in path.read_text(encoding="utf-8").split("\n")[:4] if line[:2] == "# "
        ]
        said = dict(line[2:].split(": ", 1) for line in lines)
        assert set(said) <= {"harm", "open at", "verdict", "not promised"}, path
        levels = frozenset(said.get("open at", "").split(", ")) - {""}
        assert levels <= set(Level), path
        accepted = said.get("verdict", "") == Verdict.ACCEPTED
        return cls(said["harm"], levels, accepted, said.get("not promised", ""))


class Attacker:
    """A process of arena.py, as an account, in a namespace of processes of its own."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    def ask(self, path: Path, level: Level) -> dict[str, Any]:
        """Have an attack graded; what ends the judge itself is harm too."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": str(path), "level": level}) + "\n")
        self._process.stdin.flush()
        line = ""
        if select.select([self._process.stdout], [], [], SECONDS)[0]:
            line = self._process.stdout.readline()
        if line:
            return dict(json.loads(line))
        self.close()
        return {"verdict": "", "message": "", "harm": ["ended or hung the judge"], "goes_on": False}

    def close(self) -> None:
        """End the process, and with it all there is in its namespace."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def attackers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Attacker]]:
    """Whom attacks can be run as here: this account, and for root an ordinary one beside."""
    found = {account(): Attacker([*in_private(), sys.executable, str(ROOT / "tests" / "arena.py")])}
    if os.geteuid() == 0:
        found["user"] = Attacker(as_ordinary_user(tmp_path_factory.mktemp("ordinary")))
    yield found
    for one in found.values():
        one.close()


def account() -> str:
    return "root" if os.geteuid() == 0 else "user"


def in_private() -> list[str]:
    """Return what puts a command into a namespace of processes: attacks may signal them all."""
    if sys.platform != "linux":
        return []
    mapped = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    command = ["unshare", *mapped, "--pid", "--fork", "--kill-child", "--mount-proc"]
    works = subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0
    return command if works else []


def as_ordinary_user(folder: Path) -> list[str]:
    """Return the command of arena.py as another account, which may read no file of root's."""
    subprocess.run(["useradd", "--system", "--no-create-home", ACCOUNT], check=False)
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and parent != Path("/") and parent.parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    site = folder / "site"
    shutil.copytree(
        sysconfig.get_path("purelib"),
        site,
        symlinks=True,
        ignore=shutil.ignore_patterns("*grader*"),
    ) if not readable(sysconfig.get_path("purelib")) else site.symlink_to(
        sysconfig.get_path("purelib")
    )
    return []


def readable(path: str) -> bool:
    command = ["setpriv", "--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups"]
    return subprocess.run([*command, "ls", path], check=False, capture_output=True).returncode == 0
