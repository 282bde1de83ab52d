"""A worker process inside its limits, seen from the judge: frames in, frames or an end out."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import JudgeError
from grader.isolation import Level, Standing
from grader.observation import LIMITS_ON_TIME, Died, Garbled, Limit, Stopped
from grader.processes import BY_THEMSELVES, Starter
from grader.sandbox.meter import Meter, Usage
from grader.sandbox.pipes import Pipes
from grader.sandbox.watch import MIB, BoxPlan, Watch
from grader.worker import folders, where, wire

TICK = 0.05  # seconds between two looks at what the box uses
BETWEEN_CALLS = 0.2  # the same while no call is being made
START_SECONDS = 120.0  # for importing jax on a slow, busy machine
SECONDS_TO_SAY = 1.0  # for a list of the lines that run, of a process that may be busy or stopped
END_SECONDS = 5.0  # for the warden to clear up
NEAR_THE_FLOOR = 0.8  # a crash while this full of memory is the memory's fault

Ended = Stopped | Died | Garbled
ReadReady = Callable[[wire.Frame], "Ready"]
CLOSED = Garbled("the box was closed")


@dataclass(frozen=True, slots=True)
class Ready:
    """What a worker says before it has run anything; `unwalled` is why its walls do not stand."""

    versions: dict[str, str] = field(default_factory=dict)
    walls: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    unwalled: str = ""


@dataclass(frozen=True, slots=True)
class _Folders:
    """A box's temporary folder: what it may be given, and what it must not reach."""

    scratch: str  # where it starts, and may write if the problem says so
    root: str  # empty; becomes the root folder in a namespace of mounts
    outside: str  # for the probes of the walls
    bait: str

    @classmethod
    def make_in(cls, folder: Path) -> _Folders:
        for name in ("scratch", "root", "outside"):
            (folder / name).mkdir()
        bait = folder / "outside/bait"
        bait.write_text("not for the box\n")
        return cls(str(folder / "scratch"), str(folder / "root"), str(bait.parent), str(bait))


class WallsError(JudgeError):
    """The walls of a box do not stand, for that `reason`; no learner code has run in it."""

    def __init__(self, level: Level | None, reason: str) -> None:
        super().__init__(f"the walls of the level {level} do not stand: {reason}")
        self.reason = reason


class Box:
    """One worker. Use it as a context manager: leaving it ends every process of the box."""

    def __init__(self, plan: BoxPlan, starter: Starter = BY_THEMSELVES) -> None:
        self._plan, self._starter = plan, starter
        self._limits, self._trusted = plan.limits, plan.trusted
        self._ended: Ended | None = None
        self._meter: Meter | None = None
        self._watch: Watch | None = None
        self._closed = False
        self._closing = threading.Event()
        self._turn = threading.RLock()  # of the thread that may use the pipes
        self._last_usage = Usage()
        self.standing: Standing | None = None
        self.versions: dict[str, str] = {}
        self.running = b""  # the worker's list of the lines that ran as it was ended for its time
        self._cleanup = contextlib.ExitStack()
        try:
            self._start()
        except BaseException as error:
            self._cleanup.close()
            if isinstance(error, OSError):
                raise JudgeError(f"a worker cannot be started: {error.strerror}") from error
            raise

    def _start(self) -> None:
        cleanup = self._cleanup
        folder = Path(tempfile.mkdtemp(prefix="grader-"))
        cleanup.callback(folders.remove, str(folder))
        self._folders = _Folders.make_in(folder)
        ours, theirs = socket.socketpair()  # a pipe could be opened anew, by its path in /proc
        with theirs:
            self._lifeline = cleanup.enter_context(ours)
            home, level = Path(self._folders.scratch), self._plan.level or ""
            self._process = self._starter.start(
                folder, home, level, theirs.fileno(), self._plan.hash_seed
            )
        cleanup.enter_context(self._process)
        cleanup.callback(self._end_processes)
        self._pipes = Pipes(self._process)
        cleanup.callback(self._pipes.close)
        self._pipes.send(wire.encode_frame(self._setup()))

    def _setup(self) -> dict[str, Any]:
        setup = {
            "serves": self._plan.serves,
            "max_answer_bytes": self._limits.answer_mib * MIB,
            "packages": self._plan.packages,
        }
        if self._trusted:
            return setup
        folders = self._folders
        walls = {
            "rlimits": _rlimits(self._plan),
            "root": folders.root,
            "scratch": folders.scratch,
            "scratch_mib": self._limits.scratch_mib,
        }
        bait = {"judge": os.getpid(), "folder": folders.outside, "file": folders.bait}
        return {**setup, "plan": walls, "bait": bait}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def folder(self) -> str:
        """The temporary folder that the worker started in."""
        return self._folders.scratch

    @property
    def has_no_disk(self) -> bool:
        """Whether the disk of the temporary folder, which is the judge's, is full."""
        return shutil.disk_usage(tempfile.gettempdir()).free < MIB

    @property
    def alive(self) -> bool:
        """Whether the box can still be asked."""
        return self._ended is None

    @property
    def printed(self) -> bytes:
        """What has been printed so far, as much of it as is kept."""
        return bytes(self._pipes.text[: self._limits.kept_kib << 10])

    @property
    def printed_bytes(self) -> int:
        """How much has been printed so far."""
        return self._pipes.text_bytes

    def wait_until_ready(self, read_ready: ReadReady) -> None:
        """Wait for the worker's imports and walls; `read_ready` reads what it says of them.

        Raises:
          WallsError: the walls do not stand as the level promises.
          JudgeError: the worker did not start. No learner code has run by then.
        """
        with self._turn:
            if self._meter is None:
                self._wait_for_its_walls(read_ready)

    def _wait_for_its_walls(self, read_ready: ReadReady) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._pipes.closed and not self._closing.is_set():
            frame = self._take_frame()
            if isinstance(frame, wire.Frame):
                self._take_up(read_ready(frame))
                return
            if isinstance(frame, Garbled) or time.monotonic() > deadline:
                break
            self._pipes.wait(TICK)
        lines = self.printed.decode("utf-8", "replace").strip().splitlines()
        said = lines[-1] if lines else self._starter.last_words()
        raise JudgeError(f"a worker did not start{': ' + said if said else ''}")

    def _take_up(self, ready: Ready) -> None:
        if ready.unwalled:
            raise WallsError(self._plan.level, ready.unwalled)
        self.versions = ready.versions
        if self._plan.level is not None:
            figures = self._limits.model_dump() | {
                "total_cpu_seconds": self._plan.total_cpu_seconds,
                "total_wall_seconds": self._plan.total_wall_seconds,
            }
            self.standing = Standing(self._plan.level, ready.walls, ready.open, figures)
            if self.standing.broken_promises:
                found = ", ".join(self.standing.broken_promises)
                raise WallsError(self._plan.level, f"still open: {found}")
        self._meter = Meter(self._process.pid)
        if not self._meter.sees_worker:  # no limit could be watched
            raise WallsError(self._plan.level, "this account cannot see its processes (hidepid)")
        spent = self._meter.measure().cpu_seconds
        self._watch = Watch(self._plan, self._folders.scratch, spent)
        if not self._trusted:
            threading.Thread(target=self._look_between_calls, name="watch", daemon=True).start()

    def _look_between_calls(self) -> None:
        """End the box if it takes too much while nobody listens to it."""
        while not self._closing.wait(BETWEEN_CALLS):
            if not self._turn.acquire(blocking=False):
                continue  # a call is being listened to, and watched
            try:
                if self._ended is None and self._meter is not None and self._watch is not None:
                    stopped = self._watch.look_at_sizes(self._meter.measure())
                    if stopped is not None:
                        self.end(stopped)
            finally:
                self._turn.release()

    def ask(
        self,
        header: dict[str, Any],
        blob: bytes = b"",
        *,
        compiles: bool = True,
        cpu_seconds: float | None = None,
    ) -> None:
        """Send a request; a box that has ended answers it with its end.

        One that `compiles`, for the judge's choice of a shape, may take longer. With `cpu_seconds`
        it may take no more than that.
        """
        with self._turn:
            if self._ended is None:
                if self._watch is not None:
                    self._watch.call_starts(compiles=compiles, cpu_seconds=cpu_seconds)
                self._pipes.send(wire.encode_frame(header, blob))

    def listen(self) -> wire.Frame | Ended:
        """Wait for the next frame, under the limits of one call; the end of a box is final."""
        with self._turn:
            return self._listen() if self._ended is None else self._ended

    def _listen(self) -> wire.Frame | Ended:
        while True:
            frame = self._take_frame()
            if isinstance(frame, Garbled):
                return self.end(frame)
            self._pipes.drain_text()
            if self._printed_too_much():
                return self.end(
                    Stopped(
                        Limit.PRINTED,
                        self._limits.printed_kib,
                        "KiB",
                        self._pipes.text_bytes / 1024,
                    )
                )
            if frame is not None:
                written = self._watch.look_at_scratch() if self._watch else None
                return self.end(written) if written else frame
            stopped = self._look()
            if stopped is not None:
                if stopped.limit in LIMITS_ON_TIME and not self._trusted:
                    self._ask_what_runs()
                return self.end(stopped)
            if self._pipes.closed:
                return self.end(self._autopsy())
            if self._closing.is_set():
                return self.end(CLOSED)
            if self._process.poll() is None:
                self._pipes.wait(TICK)
            else:
                self._pipes.finish()

    def call_finished(self) -> None:
        """Note that a call is over: the next one's processor time counts from here."""
        with self._turn:
            if self._meter is not None and self._watch is not None:
                self._watch.call_finished(self._meter.measure().cpu_seconds)

    def end(self, reason: Ended) -> Ended:
        """End the box for a reason, which answers every later request."""
        self._ended = reason
        self.close()
        return reason

    def close(self) -> None:
        """End every process of the box and remove its folder.

        Another thread that listens is interrupted: its call is answered with an end.
        """
        self._closing.set()
        with self._turn:
            if not self._closed:
                self._closed = True
                self._ended = self._ended or CLOSED
                self._cleanup.close()

    def _end_processes(self) -> None:
        self._lifeline.close()
        code: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired, JudgeError):
            code = self._process.wait(END_SECONDS)
        if code not in (None, -signal.SIGKILL):
            return
        with contextlib.suppress(JudgeError):  # the warden could not; or there was none
            leaders = [self._process.pid, *([self._meter.worker] if self._meter else [])]
            for leader in leaders:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(leader, signal.SIGKILL)

    def _take_frame(self) -> wire.Frame | Garbled | None:
        try:
            return self._pipes.take_frame(self._limits.answer_mib * MIB)
        except wire.WireError as error:
            return Garbled(str(error))

    def _printed_too_much(self) -> bool:
        return not self._trusted and self._pipes.text_bytes > self._limits.printed_kib << 10

    def _look(self) -> Stopped | None:
        if self._meter is None or self._watch is None:
            return None
        usage = self._meter.measure()
        if usage.resident_bytes:
            self._last_usage = usage
        return self._watch.look(usage)

    def _ask_what_runs(self) -> None:
        """Have the worker list the lines that run; that it is ended is settled by then."""
        self._pipes.drain_text()
        if self._meter is not None and self._meter.signal_worker(where.SIGNAL):
            self.running = self._pipes.take_text(SECONDS_TO_SAY)

    def _autopsy(self) -> Ended:
        """Say how the worker ended, once its channel is closed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)  # the warden clears up before it says how it ended
        self._pipes.drain_text()
        code = self._process.poll()
        if code is None:
            return Garbled("the submission closed the channel on which answers are returned")
        name = _signal_name(-code) if code < 0 else None
        if name == "SIGXCPU":  # the rlimit, which is above the limit
            return Stopped(Limit.TOTAL_CPU, self._plan.total_cpu_seconds, "s")
        if name and self._was_full():
            return Stopped(Limit.MEMORY, self._limits.memory_mib, "MiB")
        return Died(name, code)

    def _was_full(self) -> bool:
        """Tell whether a crash is for want of memory, on which jax and the C++ runtime abort."""
        said = self._pipes.tail.lower()
        resident = self._last_usage.resident_bytes / MIB / self._limits.memory_mib
        virtual = self._last_usage.virtual_bytes / MIB / self._limits.address_space_mib
        if (
            not self.standing or "rlimit as" not in self.standing.walls
        ):  # macOS: address space is neither limited nor scarce
            virtual = 0.0
        return (
            b"bad_alloc" in said
            or b"out of memory" in said
            or max(resident, virtual) > NEAR_THE_FLOOR
        )


def _signal_name(number: int) -> str:
    known = number in set(signal.Signals)
    return signal.Signals(number).name if known else f"signal {number}"


def _rlimits(box: BoxPlan) -> dict[str, int]:
    limits = box.limits
    return {
        "as": limits.address_space_mib * MIB,
        "cpu": int(box.total_cpu_seconds * 2) + 60,  # a net: the judge measures per call
        "nofile": limits.open_files,
        "fsize": limits.scratch_mib * MIB,
        "core": 0,
    }
