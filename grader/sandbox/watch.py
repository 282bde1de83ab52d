"""The limits of a box as they are watched from outside, call by call."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass

from grader.isolation import Level
from grader.observation import Limit, Stopped
from grader.sandbox.meter import Usage
from grader.spec import CASES_OF_TOTAL, Limits

MIB = 1 << 20
SCRATCH_EVERY = 0.5  # seconds between looks at the scratch folder
LEAST_BYTES = 4096  # that a file or folder takes
MAX_ENTRIES = 20_000  # in a scratch folder; more are too many, whatever they hold
MAX_PATH = 1024  # characters below it; what is nested deeper could not be counted
NAMES_ALONE = 1  # MiB; without a grant no file holds anything, but it has a name


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """The walls and limits of one box, and how many cases it is for.

    `level` is None for the course's own code, which no wall surrounds. A box that does not
    `serve` ends once it has said which walls stand. `packages` are those that may be imported
    beside what always may; None allows whatever is installed.
    """

    limits: Limits
    level: Level | None
    cases: int = 1
    serves: bool = True
    hash_seed: int | None = None  # another one than that of all boxes
    packages: tuple[str, ...] | None = None

    @property
    def trusted(self) -> bool:
        """Whether it runs the course's own code."""
        return self.level is None

    @property
    def total_cpu_seconds(self) -> float:
        """Processor seconds of all calls; more cases get more, fewer no less than the problem's."""
        return self.limits.total_cpu_seconds * self._scale

    @property
    def total_wall_seconds(self) -> float:
        """Seconds of all calls, however they pass; of more cases likewise."""
        return self.limits.total_wall_seconds * self._scale

    @property
    def _scale(self) -> float:
        return max(1.0, self.cases / CASES_OF_TOTAL)


class Watch:
    """The processor time of a box, and whether a call keeps its limits.

    Nothing before `start` counts, nor what the judge causes itself: the first call on a new
    shape compiles, and may take `compile_seconds` for that.
    """

    def __init__(self, plan: BoxPlan, scratch: str, cpu_at_start: float) -> None:
        self._plan, self._limits, self._scratch = plan, plan.limits, scratch
        self._not_counted = self._cpu_before = self._cpu_last = cpu_at_start
        self._compiling = self._wall_before = 0.0
        self._cpu_seconds = plan.limits.cpu_seconds
        self._started = self._last_progress = self._next_scratch = time.monotonic()

    def call_starts(self, *, compiles: bool, cpu_seconds: float | None = None) -> None:
        """Note that a call begins, whether it is the first on its shape, and a lower limit."""
        limit = self._limits.cpu_seconds
        self._cpu_seconds = limit if cpu_seconds is None else min(limit, cpu_seconds)
        self._compiling = self._limits.compile_seconds if compiles else 0.0
        self._cpu_last = self._cpu_before
        self._started = self._last_progress = time.monotonic()

    def call_finished(self, cpu_seconds: float) -> None:
        """Note that a call is over: the next one's processor time counts from here."""
        self._not_counted += min(self._compiling, cpu_seconds - self._cpu_before)
        self._cpu_before = cpu_seconds
        self._wall_before += time.monotonic() - self._started

    def look(self, usage: Usage) -> Stopped | None:
        """Return the limit that is exceeded, if one is."""
        now = time.monotonic()
        if usage.cpu_seconds > self._cpu_last:
            self._cpu_last, self._last_progress = usage.cpu_seconds, now
        limits, wall = self._limits, now - self._started
        if wall > limits.wall_seconds:
            return Stopped(Limit.WALL, limits.wall_seconds, "s", wall)
        if self._plan.trusted:
            return None
        total = self._wall_before + wall
        if total > self._plan.total_wall_seconds:
            return Stopped(Limit.TOTAL_WALL, self._plan.total_wall_seconds, "s", total)
        return self.look_at_sizes(usage) or self._look_at_times(usage, now)

    def look_at_sizes(self, usage: Usage) -> Stopped | None:
        """Return the limit on memory, threads or files that is exceeded right now."""
        limits, now = self._limits, time.monotonic()
        resident = usage.resident_bytes / MIB
        if resident > limits.memory_mib:
            return Stopped(Limit.MEMORY, limits.memory_mib, "MiB", resident)
        if usage.threads > limits.threads:
            return Stopped(Limit.THREADS, limits.threads, "threads", usage.threads)
        if now >= self._next_scratch:
            self._next_scratch = now + SCRATCH_EVERY
            return self.look_at_scratch()
        return None

    def look_at_scratch(self) -> Stopped | None:
        """Return the limit on what may be written, if it is exceeded right now."""
        if self._plan.trusted:
            return None
        granted = self._limits.scratch_mib
        written = folder_bytes(self._scratch) / MIB
        too_much = written > max(granted, NAMES_ALONE)
        return Stopped(Limit.SCRATCH, granted, "MiB", written) if too_much else None

    def _look_at_times(self, usage: Usage, now: float) -> Stopped | None:
        limits = self._limits
        spent = usage.cpu_seconds - self._cpu_before - self._compiling
        if spent > self._cpu_seconds:
            return Stopped(Limit.CPU, self._cpu_seconds, "s", spent)
        total = usage.cpu_seconds - self._not_counted - self._compiling
        if total > self._plan.total_cpu_seconds:
            return Stopped(Limit.TOTAL_CPU, self._plan.total_cpu_seconds, "s", total)
        idle = now - self._last_progress
        if idle > limits.idle_seconds:
            return Stopped(Limit.IDLE, limits.idle_seconds, "s", idle)
        return None


def folder_bytes(folder: str) -> int:
    """Return what a folder in which learner code may have made what it liked takes on disk."""
    total, left, seen = 0, [folder], 0
    while left and seen < MAX_ENTRIES:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if len(entry.path) > len(folder) + MAX_PATH:
                        return sys.maxsize
                    total += max(LEAST_BYTES, entry.stat(follow_symlinks=False).st_size)
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
        except OSError:  # gone meanwhile, or closed to us
            continue
    return total if seen < MAX_ENTRIES else sys.maxsize
