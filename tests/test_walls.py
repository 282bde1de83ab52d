"""The walls of a box stand at every level, are tried from inside, and leave no process behind."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from conftest import ROOT

from grader import isolation, levels
from grader.catalog import Problem
from grader.errors import JudgeError, UsageError
from grader.isolation import OPEN_AT, PROBES, Level, Standing
from grader.levels import Attempt, choose_level, try_level
from grader.observation import Limit, Loaded, Raised, Stopped
from grader.observer import Observer
from grader.processes import BY_THEMSELVES, Starter
from grader.sandbox import WallsError, syscalls
from grader.spec import Limits, ProblemSpec
from grader.worker import canary, landlock
from grader.worker.seccomp import INSTRUCTION, OWN_PID, for_process, program_path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux alone")
EVERY_LEVEL = pytest.mark.parametrize("level", list(Level))
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OWN, OTHER = 4711, 4712
MADE_WITH = (2, 5, 4)  # the libseccomp of the committed programs
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
CLONE_THREAD, CLONE_VM, F_SETFD, F_SETOWN, PR_SET_DUMPABLE = 0x10000, 0x100, 2, 8, 4


def standing(level: Level) -> Level:
    """Return the level, or skip the test where this machine cannot offer it.

    A wall that went up and does not hold is a fault of ours, and so is one that this kernel has.
    """
    attempt = try_level(level)
    if attempt.standing is None:
        has_landlock = sys.platform == "linux" and landlock.abi() >= landlock.OLDEST
        required = [Level.PROCESS, *([Level.KERNEL] if has_landlock else [])]
        if level in required or attempt.reason.startswith("still open"):
            pytest.fail(f"{level} has to stand here: {attempt.reason}")
        pytest.skip(f"{level} does not stand here: {attempt.reason}")
    return level


def answer(architecture: str, call: str, *arguments: int, scratch: bool = False) -> int:
    """Return what the committed program answers to a system call: a classic BPF machine."""
    import pyseccomp

    number = pyseccomp.resolve_syscall(getattr(pyseccomp.Arch, architecture.upper()), call)
    return run_program(architecture, number, arguments, scratch)


def run_program(
    architecture: str, number: int, arguments: tuple[int, ...], scratch: bool = False
) -> int:
    """Return what a committed program answers to the call of that number."""
    program = Path(program_path(architecture, scratch)).read_bytes()
    return run(program, number, arguments, AUDIT_ARCH[architecture])


def run(program: bytes, number: int, arguments: tuple[int, ...], caller: int) -> int:
    """Return what a program answers to a call by a program of some architecture."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<IIQ6Q", number, caller, 0, *padded)
    program = for_process(program, OWN)
    instructions = list(INSTRUCTION.iter_unpack(program))
    accumulator = place = 0
    while True:
        code, true, false, constant = instructions[place]
        place += 1
        if code == 0x06:  # return
            return int(constant)
        if code == 0x20:  # load a word of the call
            accumulator = struct.unpack_from("<I", data, constant)[0]
        elif code == 0x54:  # and
            accumulator &= constant
        elif code == 0x05:  # jump
            place += constant
        else:
            jumps = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }
            place += true if jumps[code] else false


ARCHITECTURE = pytest.mark.parametrize("architecture", syscalls.ARCHITECTURES)


@LINUX
@ARCHITECTURE
@pytest.mark.parametrize("scratch", [False, True])
def test_a_committed_program_is_what_the_library_makes(architecture: str, scratch: bool) -> None:
    committed = Path(program_path(architecture, scratch)).read_bytes()
    made = syscalls.build(architecture, scratch)
    assert OWN_PID in [constant for *_, constant in INSTRUCTION.iter_unpack(committed)]
    if library_version() == MADE_WITH:
        assert committed == made
    own = AUDIT_ARCH[architecture]
    for number in range(600):  # another version orders its instructions in another way
        for arguments in ((), (OWN,), (1,), (0, 1), (0, 2), (CLONE_THREAD,), (15,), (0, 0, 1)):
            answers = [run(one, number, arguments, own) for one in (committed, made)]
            assert answers[0] == answers[1], (number, arguments)


def library_version() -> tuple[int, int, int]:
    """Return the version of libseccomp here."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_version.restype = ctypes.POINTER(ctypes.c_uint * 3)
    major, minor, micro = library.seccomp_version().contents
    return major, minor, micro


@LINUX
@ARCHITECTURE
@pytest.mark.parametrize(
    ("call", "arguments", "answers"),
    [
        ("read", (0,), ALLOW),
        ("openat", (0,), ALLOW),
        ("clone", (CLONE_THREAD | CLONE_VM,), ALLOW),
        ("clone", (CLONE_VM | signal.SIGCHLD,), ERRNO | errno.EPERM),
        ("clone", (CLONE_THREAD | 0x10000000,), ERRNO | errno.EPERM),
        ("clone3", (), ERRNO | errno.ENOSYS),
        ("execve", (), ERRNO | errno.ENOENT),
        ("clone", (0x4000 | signal.SIGCHLD,), ERRNO | errno.ENOENT),
        ("socketpair", (1, 1, 0), ALLOW),
        ("socketpair", (2, 1, 0), ERRNO | errno.EPERM),
        ("sendto", (3, 0, 0, 0, 0), ALLOW),
        ("sendto", (3, 0, 0, 0, 4096), ERRNO | errno.EPERM),
        ("sendmsg", (), ERRNO | errno.EPERM),
        ("connect", (), ERRNO | errno.EPERM),
        ("mmap", (0, 4096, 3, 0x22), ALLOW),
        ("mmap", (0, 4096, 1, 0x01), ALLOW),
        ("mmap", (0, 4096, 3, 0x21), ERRNO | errno.EPERM),
        ("mmap", (0, 4096, 3, 0x23), ERRNO | errno.EPERM),
        ("socket", (2, 1, 0), ERRNO | errno.EPERM),
        ("kill", (OWN, 9), ALLOW),
        ("kill", (OTHER, 9), ERRNO | errno.EPERM),
        ("kill", (2**64 - 1, 9), ERRNO | errno.EPERM),
        ("kill", (2**32 + OWN, 9), ERRNO | errno.EPERM),
        ("tgkill", (OWN, 1, 6), ALLOW),
        ("tgkill", (OTHER, 1, 6), ERRNO | errno.EPERM),
        ("fcntl", (0, F_SETFD, 1), ALLOW),
        ("fcntl", (0, F_SETOWN, OTHER), ERRNO | errno.EPERM),
        ("prctl", (PR_SET_DUMPABLE, 1), ERRNO | errno.EPERM),
        ("prlimit64", (0, 7, 0, 1), ALLOW),
        ("prlimit64", (0, 7, 1, 0), ERRNO | errno.EPERM),
        ("prlimit64", (OTHER, 7, 0, 1), ERRNO | errno.EPERM),
        ("ptrace", (), ERRNO | errno.EPERM),
        ("fchmod", (), ERRNO | errno.EPERM),
        ("io_uring_setup", (), ERRNO | errno.EPERM),
        ("mkdirat", (), ERRNO | errno.EPERM),
    ],
)
def test_a_program_allows_what_a_worker_needs_and_nothing_else(
    architecture: str, call: str, arguments: tuple[int, ...], answers: int
) -> None:
    assert answer(architecture, call, *arguments) == answers


@LINUX
@ARCHITECTURE
def test_files_may_be_made_only_where_a_problem_grants_a_folder(architecture: str) -> None:
    assert answer(architecture, "mkdirat", scratch=True) == ALLOW
    assert answer(architecture, "mkdirat") == ERRNO | errno.EPERM


@ARCHITECTURE
@pytest.mark.parametrize("caller", [0x40000003, 0x40000028, 0xC00000B7, 0xC000003E])
def test_a_call_by_the_numbers_of_another_architecture_ends_the_process(
    architecture: str, caller: int
) -> None:
    program = Path(program_path(architecture, False)).read_bytes()
    own = caller == AUDIT_ARCH[architecture]
    assert (run(program, 63, (), caller) == KILL) is not own


def test_a_call_by_the_numbers_of_x32_does_nothing() -> None:
    x32_read = 0x40000000
    assert run_program("x86_64", x32_read, ()) in (KILL, ERRNO | errno.EPERM)


@EVERY_LEVEL
def test_a_level_stands_only_if_no_probe_breaks_its_promise(level: Level) -> None:
    attempt = try_level(standing(level))
    assert attempt.standing is not None
    assert set(attempt.standing.open) <= set(OPEN_AT[level])


def test_every_probe_is_explained_and_every_explanation_probed() -> None:
    assert list(canary.PROBES) == list(PROBES)


@LINUX
def test_a_box_whose_probes_get_through_is_not_used(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = standing(Level.PROCESS)
    promise = tuple(PROBES)[1:]
    monkeypatch.setitem(isolation.OPEN_AT, level, promise)
    says = "the level process do not stand: still open: read_files"
    with Observer(problem.spec, level) as observer, pytest.raises(WallsError, match=says):
        observer.load("", "x.py")
    assert try_level(level) == Attempt(level, None, "still open: read_files")


def only(*offered: Level) -> object:
    def attempt(level: Level) -> Attempt:
        return Attempt(level, Standing(level) if level in offered else None, "it was refused")

    return attempt


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (tuple(Level), Level.NAMESPACES),
        ((Level.PROCESS, Level.KERNEL), Level.KERNEL),
        ((Level.PROCESS,), Level.PROCESS),
    ],
)
def test_the_strongest_level_that_stands_is_taken(
    offered: tuple[Level, ...], chosen: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "try_level", only(*offered))
    assert choose_level() is chosen


def test_a_level_that_cannot_be_had_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(levels, "try_level", only(Level.PROCESS))
    with pytest.raises(UsageError, match=r"--isolation kernel: cannot be had .*it was refused"):
        choose_level(Level.KERNEL)


CAPABILITIES = """
def nn_vmap_forward(seed, x_batch, features):
    with open("/proc/self/status") as status:
        raise RuntimeError([line.split()[1] for line in status if line.startswith("CapE")])
"""
WRITES = """
import os, tempfile
def nn_vmap_forward(seed, x_batch, features):
    for number in range(64):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"x" * (1 << 20))
    raise RuntimeError("wrote it all")
"""
CREATES = """
def nn_vmap_forward(seed, x_batch, features):
    with open("file", "w") as file:
        file.write("x")
"""
HAS_NO_ROOM = """
import errno
def nn_vmap_forward(seed, x_batch, features):
    raise OSError(errno.ENOSPC, "")
"""
SLEEPS = "import time\ndef nn_vmap_forward(seed, x_batch, features):\n    time.sleep(600)\n"


def called(
    spec: ProblemSpec, level: Level, source: str, starter: Starter = BY_THEMSELVES
) -> object:
    """Return what a call of a submission comes to, on any case."""
    from test_box import CASE

    with Observer(spec, level, starter=starter) as observer:
        assert observer.load(source, "mine.py") == Loaded()
        return observer.call(CASE).outcome


@LINUX
def test_root_has_no_capability_in_a_box(problem: Problem) -> None:
    outcome = called(problem.spec, Level.PROCESS, CAPABILITIES)
    assert isinstance(outcome, Raised)
    assert outcome.message == "['0000000000000000']"


@pytest.mark.slow
@EVERY_LEVEL
def test_nothing_can_be_written_unless_the_problem_grants_it(
    problem: Problem, level: Level
) -> None:
    outcome = called(problem.spec, standing(level), CREATES)
    if level is Level.PROCESS:
        assert outcome == Stopped(Limit.SCRATCH, 0, "MiB")
    else:
        assert isinstance(outcome, Raised)
        assert outcome.type_name in ("PermissionError", "OSError")


@pytest.mark.slow
@EVERY_LEVEL
def test_a_scratch_folder_holds_what_the_problem_grants_and_no_more(
    problem: Problem, level: Level
) -> None:
    for granted, enough in ((16, False), (128, True)):
        limits = Limits(scratch_mib=granted)
        spec = problem.spec.model_copy(update={"limits": limits})
        outcome = called(spec, standing(level), WRITES)
        if enough:
            assert isinstance(outcome, Raised)
            assert outcome.message == "wrote it all"
        else:
            assert isinstance(outcome, Stopped)
            assert (outcome.limit, outcome.allowed) == (Limit.SCRATCH, 16)


@LINUX
def test_a_full_disk_of_the_judge_is_not_the_learners_fault(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = problem.spec.model_copy(update={"limits": Limits(scratch_mib=16)})
    assert called(spec, Level.PROCESS, HAS_NO_ROOM) == Stopped(Limit.SCRATCH, 16, "MiB")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(JudgeError, match="the temporary folder is full; make room on it"):
        called(spec, Level.PROCESS, HAS_NO_ROOM)


@pytest.mark.slow
@EVERY_LEVEL
def test_a_judge_that_is_killed_leaves_no_process(level: Level, tmp_path: Path) -> None:
    file = tmp_path / "sleeps.py"
    file.write_text(SLEEPS)
    command = ["grade", str(file), "--problem", "nn_vmap_forward", "--isolation", standing(level)]
    judge = subprocess.Popen(
        [sys.executable, "-m", "grader", *command, "--allow-weak-isolation", "--cases", "1"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    )
    seen: dict[int, psutil.Process] = {}
    deadline = time.monotonic() + 60
    while len(seen) < 4 and time.monotonic() < deadline:  # a warden and a worker, twice at least
        seen |= {one.pid: one for one in psutil.Process(judge.pid).children(recursive=True)}
        time.sleep(0.1)
    time.sleep(3)
    seen |= {one.pid: one for one in psutil.Process(judge.pid).children(recursive=True)}
    judge.kill()
    judge.wait()
    _, alive = psutil.wait_procs(seen.values(), timeout=10)
    assert len(seen) >= 4
    assert not alive
    assert [path.name for path in tmp_path.iterdir()] == ["sleeps.py"]


TRIES_THE_CACHE = """
import os
def nn_vmap_forward(seed, x_batch, features):
    cache = os.environ["JAX_COMPILATION_CACHE_DIR"]
    with open(cache + "/program") as file:
        read = file.read()
    try:
        open(cache + "/program", "w")
    except OSError as error:
        raise RuntimeError(f"{read}, {type(error).__name__}")
"""


@pytest.mark.parametrize("level", [Level.KERNEL, Level.NAMESPACES])
def test_a_box_reads_the_compile_cache_and_cannot_write_to_it(
    problem: Problem, level: Level, tmp_path: Path
) -> None:
    (tmp_path / "program").write_text("compiled")
    starter = Starter(forks=False, compiled=tmp_path)
    outcome = called(problem.spec, standing(level), TRIES_THE_CACHE, starter)
    assert isinstance(outcome, Raised)
    assert outcome.message in ("compiled, PermissionError", "compiled, OSError")
