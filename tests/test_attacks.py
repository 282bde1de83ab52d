"""Hostile submissions, run for real at every level, as this account and as an ordinary one.

Each file under attacks/<class>/ says on its first lines what it is after:

    # harm: reads the reference by its path and shows it
    # open at: process         the levels at which nothing keeps it from succeeding
    # verdict: accepted        if it solves the exercise all the same, the harm having failed
    # not promised: why        if no level stops it; docs/security.md says so too

How harm is seen is in arena.py. `./run tests -m attacks` makes all of them at every level, as both
accounts, in half an hour or more. The table in docs/security.md is made by attack_table.py.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attack_table
import pytest
from attack_table import FILES, Header
from conftest import ROOT

from grader.isolation import Level
from grader.levels import try_level
from grader.verdict import Verdict

OF_THE_PROCESS = {"protocol", "interpreter", "grading", "text"}
JUDGE_IS_GONE = "ended or hung the judge"
SECONDS = 120.0  # for one attack; its own limits are far lower
ORDINARY = "grader-attacked"
LOOPBACK_UP = """
import fcntl, socket, struct
up = struct.pack("16sh14x", b"lo", 0x49)  # up, loopback, running
fcntl.ioctl(socket.socket(), 0x8914, up)  # SIOCSIFFLAGS
"""
START_IN_PRIVATE = f"""
mount -t tmpfs tmpfs /dev/shm && "$0" -I -S -c '{LOOPBACK_UP.replace("'", '"')}' || exit 1
"$@"
exit $?
"""
ME = "root" if os.geteuid() == 0 else "user"
WHO = ["root", "user"] if ME == "root" else ["user"]


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
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": str(path), "level": level}) + "\n")
        self._process.stdin.flush()
        line = ""
        if select.select([self._process.stdout], [], [], SECONDS)[0]:
            line = self._process.stdout.readline()
        if line:
            return dict(json.loads(line))
        self.close()
        return {"verdict": "", "message": "", "harm": [JUDGE_IS_GONE], "goes_on": False}

    def close(self, *, patiently: bool = False) -> None:
        """End the process, and with it all there is in its namespace."""
        if self._process and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
            try:
                self._process.wait(SECONDS if patiently else 0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def attacker_of() -> Iterator[Callable[[str], Attacker]]:
    """Give whom attacks are made as: this account, or for root an ordinary one beside."""
    found: dict[str, Attacker] = {}
    folder = Path(tempfile.mkdtemp(prefix="ordinary-"))

    def attacker(who: str) -> Attacker:
        if who not in found:
            mine = [*in_private(), sys.executable, str(ROOT / "tests/arena.py")]
            found[who] = Attacker(mine if who == ME else as_ordinary_user(folder))
        return found[who]

    yield attacker
    for one in found.values():
        one.close(patiently=True)
    shutil.rmtree(folder, ignore_errors=True)


def in_private() -> list[str]:
    """Return what puts a command into namespaces of processes, shared memory and network.

    An attack may signal every process and connect to every socket, and two must not see what the
    other leaves behind. The first process there, on which no signal works, is a shell.
    """
    mapped = [] if ME == "root" else ["--user", "--map-current-user"]
    command = [
        "unshare",
        *mapped,
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--ipc",
        "--net",
    ]
    command += ["sh", "-c", START_IN_PRIVATE, sys.executable]
    return command if runs([*command, "true"]) else []


def as_ordinary_user(folder: Path) -> list[str]:
    """Return the command of arena.py as another account, with copies of what it may not read."""
    if not runs(["id", ORDINARY]):
        runs(["useradd", "--system", "--no-create-home", ORDINARY])
    # env, as setpriv itself may still open a program with root's capabilities
    drop = ["setpriv", "--reuid", ORDINARY, "--regid", ORDINARY, "--clear-groups", "env"]
    folder.chmod(0o755)
    version = "{}.{}".format(*sys.version_info)
    here, system = os.path.realpath(sys.executable), f"/usr/bin/python{version}"
    python = next((one for one in (here, system) if runs([*drop, one, "-c", ""])), None)
    if python is None:
        pytest.skip(f"an ordinary account can run neither {here} nor {system}")
    packages = Path(sysconfig.get_path("purelib"))
    if not runs([*drop, "ls", str(packages)]):
        ours = shutil.ignore_patterns("*grader*")
        packages = Path(shutil.copytree(packages, folder / "site-packages", ignore=ours))
    source = ROOT
    if not runs([*drop, "ls", str(source / "grader/worker")]):
        source = folder / "checkout"
        for name in ("grader", "problems", "reference", "submissions", "tests"):
            shutil.copytree(ROOT / name, source / name)
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    site = folder / f"env/lib/python{version}/site-packages"
    (site / "shared.pth").write_text(f"{packages}\n")
    own = [str(folder / "env/bin/python"), str(source / "tests/arena.py")]
    return [*in_private(), *drop, f"PYTHONPATH={source}", "HOME=/", *own]


def runs(command: list[str]) -> bool:
    """Tell whether a command can be run and succeeds."""
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="session")
def standing() -> frozenset[Level]:
    """The levels that this machine offers."""
    return frozenset(level for level in Level if try_level(level).standing is not None)


def runs_to_make() -> Iterator[Any]:
    """Yield every attack with who makes it and at which level."""
    for path in FILES:
        for who in WHO:
            for level in Level:
                name = f"{path.parent.name}-{path.stem}-{who}-{level}"
                yield pytest.param(path, who, level, id=name)


@pytest.mark.attacks
@pytest.mark.parametrize(("path", "who", "level"), runs_to_make())
def test_an_attack_fails_gets_its_verdict_and_the_judge_goes_on(
    path: Path,
    who: str,
    level: Level,
    attacker_of: Callable[[str], Attacker],
    standing: frozenset[Level],
    record_property: Callable[[str, object], None],
) -> None:
    header = Header.of(path)
    if level not in standing:
        pytest.skip(f"this machine does not offer {level}")
    if level is Level.PROCESS and not in_private():
        pytest.skip("an attack may signal every process, and they cannot be hidden from it here")
    found = attacker_of(who).ask(path, level)
    stopped = not found["harm"] and found["goes_on"]
    stopped &= found["verdict"] != Verdict.ACCEPTED or header.may_be_accepted
    record_property("attack", [f"{path.parent.name}/{path.stem}", who, str(level), stopped])
    if level not in header.open_at and not header.not_promised:
        assert stopped, found
    if level in header.open_at and who == "user":  # root may see more of it stopped
        assert not stopped, f"the attack itself is broken: {found}"
    if found["harm"] != [JUDGE_IS_GONE]:
        assert found["goes_on"], found
        assert found["verdict"] in set(Verdict) - {Verdict.JUDGE_ERROR}, found


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}-{path.stem}" for path in FILES])
def test_an_attack_says_what_it_is_after(path: Path) -> None:
    header = Header.of(path)
    assert header.harm
    assert header.open_at <= set(Level)


def test_there_are_sixty_attacks_of_every_class() -> None:
    assert len(FILES) >= 60
    classes = {path.parent.name for path in FILES}
    assert classes == set(
        "files network processes resources protocol interpreter grading text".split()
    )


def test_the_page_on_security_has_the_table_of_these_attacks() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert attack_table.write_table(page) == page
