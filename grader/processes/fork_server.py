"""The judge's side of the fork server: starts it, and asks it for workers."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO, Self

import psutil

from grader.errors import JudgeError

START_SECONDS = 120.0  # for importing jax on a slow, busy machine
AVAILABLE = sys.platform == "linux"  # elsewhere a fork of a process with jax in it is not safe


GONE = "the process that starts workers has ended"


class Forked:
    """A worker's warden that the fork server made, with the part of `subprocess.Popen` that it has.

    Nobody but its parent, the server, can wait for it; the server tells what became of it.
    """

    def __init__(self, told: int, pipes: list[IO[bytes]]) -> None:
        self._told = told
        self._said = b""
        self._pid = 0
        self._orphaned = False  # the server is gone
        self.stdin, self.stdout, self.stderr = pipes
        self.returncode: int | None = None
        os.set_blocking(told, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for pipe in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        os.close(self._told)

    @property
    def pid(self) -> int:
        """The process id, once the server has got as far.

        Raises:
          JudgeError: there is no such process.
        """
        if not self._pid:
            self._listen(START_SECONDS)
        if not self._pid:
            raise JudgeError(GONE)
        return self._pid

    def poll(self) -> int | None:
        """Return the exit code, or minus the signal, if it has ended.

        Raises:
          JudgeError: it has ended after the server, and nobody can tell how.
        """
        if self.returncode is None:
            self._listen(0)
        if self.returncode is None and self._orphaned and not psutil.pid_exists(self._pid):
            raise JudgeError(GONE)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for the end.

        Raises:
          subprocess.TimeoutExpired: it is not there yet.
          JudgeError: it has ended after the server, and nobody can tell how.
        """
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("a worker", timeout)
            if self._orphaned:
                time.sleep(min(left, 0.05))
            else:
                self._listen(left)
        return code

    def _listen(self, seconds: float) -> None:
        if self._orphaned or not select.select([self._told], [], [], seconds)[0]:
            return
        said = os.read(self._told, 64)
        self._orphaned = not said
        self._said += said
        numbers = [int(line) for line in self._said.split(b"\n")[:-1]]
        self._pid = numbers[0] if numbers else 0
        self.returncode = numbers[1] if len(numbers) > 1 else None


class ForkServer:
    """A process that has imported jax and forks workers; it ends when this is closed."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        """Start it; `command` is followed by the descriptor of its socket."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd="/",
                env=environment,
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
        self._socket = ours
        self.pid = self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def fork(self, folder: str, home: str, level: str, lifeline: int) -> Forked:
        """Ask for a worker; it may take until the server has done its imports.

        Raises:
          OSError: the server is gone, or there are too many open files.
        """
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            mine, sent = [], []
            for is_input in (True, False, False, False):
                read, write = os.pipe()
                keep, give = (write, read) if is_input else (read, write)
                theirs.callback(os.close, give)
                ours.callback(os.close, keep)
                mine.append(keep)
                sent.append(give)
            request = {"folder": folder, "home": home, "level": level}
            *pipes, told = mine
            descriptors = [*sent[:3], lifeline, sent[3]]
            socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)
            ours.pop_all()
        modes = ("wb", "rb", "rb")
        files = [os.fdopen(one, mode, buffering=0) for one, mode in zip(pipes, modes, strict=True)]
        return Forked(told, files)

    def last_words(self) -> str:
        """Return the last line of what it had to complain about."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """End it, its imports too; workers that are left go on until their boxes are closed."""
        self._socket.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()
