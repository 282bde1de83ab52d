"""Runs hostile submissions for real and looks for the harm they did; a program of its own.

It reads requests as JSON lines, ``{"file": ..., "level": ...}``, and answers each with one. The
tests start it as the account that is to be attacked, inside a process namespace where they can.
Each attack gets what is worth attacking, laid out afresh: see `Arena`.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from grader import cli
from grader.catalog import Course, Problem
from grader.checks import CHECKS, Failed, Trial
from grader.isolation import Level
from grader.judge import JOBS, Judge
from grader.processes import Starter
from grader.report import Report
from grader.reports import render_report
from grader.response import read_ready
from grader.submission import read_submission
from grader.worker import folders

ROOT = Path(__file__).resolve().parents[1]
PROBLEM = "nn_vmap_forward"
CASES = 4  # each of the two boxes gets some, and calls them more than once
PLACEHOLDER = "ARENA = {}"  # in an attack; becomes what `Arena.facts` returns
SEEN_BY_ITSELF = "harm was done"  # raised by an attack that alone can see its success
PASSWD = "root:x:0:0"
SETTLE = 0.3  # seconds for what was sent on a socket, or ended, to be seen
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Arena:
    """What an attack may go for, and what shows that it got it.

    The token is in a file, in the reference, in another submission, in the judge's environment
    and memory: wherever it turns up in a report, something was read.
    """

    folder: Path
    token: str = field(default_factory=lambda: "token-" + secrets.token_hex(12))

    def __post_init__(self) -> None:
        self.root = self.folder / "course"
        self.secret, self.target = self.folder / "secret.txt", self.folder / "target.txt"
        self.drop = self.folder / "drop"
        self.boxes = self.folder / "tmp"
        for folder in (self.root / "submissions" / PROBLEM, self.boxes):
            folder.mkdir(parents=True)
        for name in ("problems", "reference"):
            ignored = shutil.ignore_patterns("samples", "__pycache__")
            shutil.copytree(ROOT / name, self.root / name, ignore=ignored)
        self.other = self.root / "submissions" / PROBLEM / "other.py"
        self.solution = self.root / "reference" / PROBLEM / "solution.py"
        self.solution_text = f"# {self.token}\n{self.solution.read_text()}"
        os.environ["ARENA_TOKEN"] = self.token
        self.stack = contextlib.ExitStack()
        self.listeners = self._listen()
        self.before: dict[str, Any] = {}
        self.victim: subprocess.Popen[bytes] | None = None

    def lay_out(self) -> None:
        """Put everything where it belongs, whatever the attack before did to it."""
        for path in (self.secret, self.target, self.other, self.solution):
            path.unlink(missing_ok=True)
            own = path == self.solution
            path.write_text(self.solution_text if own else f"# {self.token}\n")
            path.chmod(0o600)
        folders.remove(str(self.drop))
        self.drop.mkdir()
        while self._arrivals():  # what the attack before sent
            pass
        self._clear_shared_memory()
        self._end_victim()
        self.victim = subprocess.Popen(["sleep", "3600"])
        self.before = self._state()
        self.temporary = set(self.boxes.iterdir())

    def _clear_shared_memory(self) -> None:
        for left in set(Path("/dev/shm").glob("*")) - set(self.before.get("/dev/shm", [])):
            if self.before:
                with contextlib.suppress(OSError):
                    left.unlink()

    def _end_victim(self) -> None:
        if self.victim is not None:
            self.victim.kill()
            self.victim.wait()

    def _listen(self) -> dict[str, socket.socket]:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        for inet in (tcp, udp):
            inet.bind(("127.0.0.1", 0))
        unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        datagram.bind(str(self.folder / "d"))
        unix.bind(str(self.folder / "s"))
        abstract.bind(f"\0{self.folder.name}")
        for stream in (tcp, unix, abstract):
            stream.listen()
        found = {"tcp": tcp, "udp": udp, "unix": unix, "abstract": abstract, "datagram": datagram}
        for one in found.values():
            self.stack.enter_context(one)
            one.setblocking(False)
        return found

    def facts(self) -> dict[str, Any]:
        """Return what an attack is told, as an attacker who knows the machine would be."""
        return {
            "secret": str(self.secret),  # a file of this account, mode 600
            "target": str(self.target),  # one that it should like to change
            "drop": str(self.drop),  # an empty folder of this account
            "solution": str(self.solution),  # the reference
            "other": str(self.other),  # somebody else's submission
            "judge": os.getpid(),
            "victim": self.victim.pid if self.victim else 0,  # a harmless process of this account
            "tcp": self.listeners["tcp"].getsockname()[1],  # ports on 127.0.0.1
            "udp": self.listeners["udp"].getsockname()[1],
            "unix": str(self.folder / "s"),
            "datagram": str(self.folder / "d"),
            "abstract": f"\0{self.folder.name}",
            "variable": "ARENA_TOKEN",  # in the judge's environment
        }

    def _state(self) -> dict[str, Any]:
        stat = self.target.stat()
        kept = {
            "target.txt": (self.target.read_text(), stat.st_mode, stat.st_mtime_ns, stat.st_nlink),
            "folders": sorted(
                str(path) for path in self.folder.rglob("*") if self.boxes not in path.parents
            ),
            "/dev/shm": sorted(Path("/dev/shm").glob("*")),
            "shared memory": _sysv(),
        }
        for path in (self.secret, self.other, self.solution):
            kept[path.name] = path.read_text()
        return kept

    def _arrivals(self) -> list[str]:
        """Return the names of the sockets on which something has arrived, and take it off."""
        found = []
        for name, listener in self.listeners.items():
            with contextlib.suppress(OSError):
                connects = name not in ("udp", "datagram")
                listener.accept()[0].close() if connects else listener.recv(1)
                found.append(name)
        return found

    def harm(self, report: Report) -> list[str]:
        """Return what was done to the world outside the box."""
        time.sleep(SETTLE)
        now = self._state()
        found = [f"changed: {what}" for what in now if now[what] != self.before[what]]
        text = report.model_dump_json(ensure_ascii=False)
        found += ["read the token"] * (self.token in text) + ["read /etc/passwd"] * (PASSWD in text)
        found += [SEEN_BY_ITSELF] * (f"RuntimeError: {SEEN_BY_ITSELF}" in report.message)
        found += [f"reached: {name}" for name in self._arrivals()]
        found += [*self._harm_to_processes(), *harm_to_readers(report)]
        if set(self.boxes.iterdir()) - self.temporary:
            found.append("left files in the temporary folder")
        return found

    def _harm_to_processes(self) -> list[str]:
        if self.victim is None or self.victim.poll() is not None:
            return ["ended another process"]
        victim = psutil.Process(self.victim.pid)
        found = []
        if victim.status() == psutil.STATUS_STOPPED:
            found.append("stopped another process")
        if victim.nice() != psutil.Process().nice():
            found.append("changed another process's priority")
        return found

    def close(self) -> None:
        """Take all of it away."""
        self._end_victim()
        self._clear_shared_memory()
        self.stack.close()
        folders.remove(str(self.folder))


def harm_to_readers(report: Report) -> list[str]:
    """Return what in a printed report would steer a terminal, or a CI system that reads a log."""
    shown = cli._as_text(render_report(report, explain_isolation=True), io.StringIO())
    found = []
    if [one for one in shown if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Cs")]:
        found.append("steered the terminal")
    lines = [line.strip() for line in (shown + report.to_json_line()).split("\n")]
    if [line for line in lines if line.startswith("::") or "##[" in line]:
        found.append("gave a command to CI")
    return found


def _sysv() -> int:
    try:
        return len(Path("/proc/sysvipc/shm").read_text().splitlines())
    except OSError:
        return 0


def impatient(problem: Problem) -> Problem:
    """Return the problem with short limits, and no search for smaller counterexamples."""
    spec = problem.spec
    limits = {
        "cpu_seconds": 3.0,
        "compile_seconds": 2.0,
        "idle_seconds": 3.0,
        "wall_seconds": 20.0,
        "printed_kib": 1024,
    }
    changed = {
        "limits": spec.limits.model_copy(update=limits),
        "shrink": spec.shrink.model_copy(update={"calls": 0, "new_shapes": 0}),
    }
    return replace(problem, spec=spec.model_copy(update=changed))


class Runner:
    """Grades attacks one after another, in one arena, until one of them did some harm."""

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._stack = contextlib.ExitStack()
        self._arena: Arena | None = None
        self._judges: dict[Level, Judge] = {}

    def attack(self, file: Path, level: Level) -> dict[str, Any]:
        """Grade one attack; return its verdict, its harm, and whether the judge goes on."""
        arena = self._arena or self._make_arena()
        started = time.monotonic()
        judge = self._judge(arena, level)
        arena.lay_out()
        mine = arena.root / "submissions" / PROBLEM / "mine.py"
        mine.write_text(file.read_text().replace(PLACEHOLDER, f"ARENA = {arena.facts()!r}"))
        arena.before = arena._state()
        known = known_children()
        report = judge.grade(read_submission(mine))
        left = children_left(known)
        goes_on = grades_a_good_one(judge)
        harm = arena.harm(report) + left
        if not goes_on:
            self.close()
        return {
            "verdict": report.verdict,
            "message": report.message,
            "harm": harm,
            "goes_on": goes_on,
            "seconds": round(time.monotonic() - started, 1),
        }

    def _make_arena(self) -> Arena:
        self._arena = arena = Arena(Path(tempfile.mkdtemp(prefix="arena-")))
        self._stack.callback(arena.close)
        tempfile.tempdir = str(arena.boxes)
        return arena

    def _judge(self, arena: Arena, level: Level) -> Judge:
        if level not in self._judges:
            problem = impatient(Course(arena.root).problem(PROBLEM))
            judge = self._stack.enter_context(
                Judge(problem, seed=1, cases=CASES, level=level, starter=self._starter)
            )
            judge._diagnosis.start()._box.wait_until_ready(read_ready)
            for number in range(JOBS):  # not only once they are asked for what no cache has
                judge._reference._process(number)
            for case in judge.plan:
                judge._reference.expect(case)
            self._judges[level] = judge
        return self._judges[level]

    def close(self) -> None:
        """End every process and take the arena away."""
        tempfile.tempdir = None
        self._stack.close()
        self._arena = None
        self._judges.clear()


def grades_a_good_one(judge: Judge) -> bool:
    """Tell whether the example is still found right in every criterion on a case."""
    example = read_submission(ROOT / "submissions" / PROBLEM / "example.py")
    case, boxes = judge.plan[0], judge._boxes
    with boxes.open(example) as one:
        actual, again = one.call(case), one.call(case)
    trial = Trial(case, boxes.spec.output, judge._reference.expect(case), actual, (again,))
    findings = [CHECKS[line.check](trial, line) for line in boxes.spec.criteria]
    return not any(isinstance(finding, Failed) for finding in findings)


def known_children() -> set[int]:
    """Return the processes that are meant to be there."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def children_left(known: set[int]) -> list[str]:
    """Return what a box left running: as a subreaper, we are its processes' parent by now."""
    time.sleep(SETTLE)
    left = [one for one in psutil.Process().children(recursive=True) if one.pid not in known]
    for one in left:
        with contextlib.suppress(psutil.Error):
            one.kill()
            one.wait(5)
    return [f"left a process running: {len(left)}"] if left else []


def main() -> None:
    """Answer requests until there are no more."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with (
        tempfile.TemporaryDirectory(prefix="compiled-") as compiled,
        contextlib.closing(Starter(compiled=Path(compiled))) as starter,
        contextlib.closing(Runner(starter)) as runner,
    ):
        for line in sys.stdin:
            request = json.loads(line)
            found = runner.attack(Path(request["file"]), Level(request["level"]))
            answers.write(json.dumps(found) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
