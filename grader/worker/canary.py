"""Tries, from inside a box, what a submission could do to the world outside it.

Every probe harms nothing where it succeeds. What a probe finds open is what learner code, in the
very same process, finds open.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

from .system import call

NEW_USERS = 0x10000000
IPC_PRIVATE, IPC_CREAT, IPC_RMID = 0, 0o1000, 0
DISCARD = 9  # a port on which nobody listens: being refused is having got through


@dataclass(frozen=True, slots=True)
class Bait:
    """What the judge lays out: its own process, and a file in a folder that are not the box's."""

    judge: int
    folder: str
    file: str


def find_open(bait: Bait) -> list[str]:
    """Return the names of the probes that got through, in the order of `PROBES`."""
    return [name for name, probe in PROBES.items() if _gets_through(probe, bait)]


def _gets_through(probe: Callable[[Bait], None], bait: Bait) -> bool:
    try:
        probe(bait)
    except OSError as error:
        return error.errno == errno.ECONNREFUSED
    return True


def _read_file(bait: Bait) -> None:
    with open(bait.file, "rb") as file:
        file.read(1)


def _list_folder(bait: Bait) -> None:
    os.listdir(bait.folder)


def _stat_file(bait: Bait) -> None:
    os.stat(bait.file)


def _write_file(bait: Bait) -> None:
    failures = []
    for flags in (os.O_WRONLY, os.O_RDONLY | os.O_TRUNC):
        try:
            os.close(os.open(bait.file, flags))
        except OSError as error:
            failures.append(error)
    if len(failures) == 2:
        raise failures[0]


def _make_file(bait: Bait) -> None:
    path = os.path.join(bait.folder, f"made-by-{os.getpid()}")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.unlink(path)


def _change_mode(bait: Bait) -> None:
    os.chmod(bait.file, 0o600)


def _tcp(_: Bait) -> None:
    _connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", DISCARD))


def _udp(_: Bait) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"", ("127.0.0.1", DISCARD))


def _unix(_: Bait) -> None:
    _connect(socket.AF_UNIX, socket.SOCK_STREAM, f"\0grader-canary-{os.getpid()}")


def _connect(family: int, kind: int, address: tuple[str, int] | str) -> None:
    with socket.socket(family, kind) as connection:
        connection.settimeout(1)
        connection.connect(address)


def _signal_judge(bait: Bait) -> None:
    os.kill(bait.judge, 0)


def _environment_of_judge(bait: Bait) -> None:
    with open(f"/proc/{bait.judge}/environ", "rb") as environ:
        environ.read(1)


def _memory_of_judge(bait: Bait) -> None:
    os.close(os.open(f"/proc/{bait.judge}/mem", os.O_RDONLY))


def _start_process(_: Bait) -> None:
    _in_a_child(lambda: None)


def _run_program(_: Bait) -> None:
    try:
        os.execv(os.devnull, ["program"])
    except PermissionError as error:  # it was looked at, and is no program
        if error.errno != errno.EACCES:
            raise


def _user_namespace(_: Bait) -> None:
    def leave() -> None:
        call("unshare", NEW_USERS)

    try:
        _in_a_child(leave)
    except PermissionError:  # of a fork: then here, where it must fail too
        leave()


def _shared_memory(_: Bait) -> None:
    number = call("shmget", IPC_PRIVATE, 4096, IPC_CREAT | 0o600)
    call("shmctl", number, IPC_RMID, None)


def _in_a_child(action: Callable[[], None]) -> None:
    """Do something in a forked process; raise what it raised, as an OSError of that number."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except OSError as error:
            os._exit(error.errno or errno.EIO)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        number = os.waitstatus_to_exitcode(status)
        raise OSError(abs(number), "in a child process")


PROBES: dict[str, Callable[[Bait], None]] = {
    "read_files": _read_file,
    "list_folders": _list_folder,
    "see_files": _stat_file,
    "change_files": _write_file,
    "make_files": _make_file,
    "change_modes": _change_mode,
    "tcp": _tcp,
    "udp": _udp,
    "unix_sockets": _unix,
    "signal_judge": _signal_judge,
    "read_judge_environment": _environment_of_judge,
    "read_judge_memory": _memory_of_judge,
    "start_processes": _start_process,
    "run_programs": _run_program,
    "user_namespaces": _user_namespace,
    "shared_memory": _shared_memory,
}
