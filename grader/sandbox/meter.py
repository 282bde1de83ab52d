"""Measures a box from outside: processor seconds and resident memory of all its processes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

TREE_EVERY = 0.5  # seconds between looks at the whole tree, which costs more than one process


@dataclass(frozen=True, slots=True)
class Usage:
    """What a box has used: processor seconds in all; resident and virtual bytes right now."""

    cpu_seconds: float = 0.0
    resident_bytes: int = 0
    virtual_bytes: int = 0


class Meter:
    """Watches the process `warden` and everything below it, `worker` above all."""

    def __init__(self, warden: int, worker: int) -> None:
        self._warden, self._worker = warden, worker
        self._others: list[psutil.Process] = []
        self._next_tree = 0.0
        self._spent: dict[int, float] = {}

    def measure(self) -> Usage:
        """Return what all processes of the box use, the dead ones' processor time included."""
        now = time.monotonic()
        if now >= self._next_tree:
            self._next_tree = now + TREE_EVERY
            self._others = self._find_others()
        resident = virtual = 0
        for process in [self._process(self._worker), *self._others]:
            if process is None:
                continue
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    memory = process.memory_info()
                    own = memory.rss if process.pid == self._worker else _unshared(process)
                resident, virtual = resident + own, max(virtual, memory.vms)
                spent = times.user + times.system + times.children_user + times.children_system
                self._spent[process.pid] = spent
            except psutil.Error:
                continue
        return Usage(sum(self._spent.values()), resident, virtual)

    def _find_others(self) -> list[psutil.Process]:
        warden = self._process(self._warden)
        try:
            below = warden.children(recursive=True) if warden else []
        except psutil.Error:
            return []
        return [process for process in below if process.pid != self._worker]

    @staticmethod
    def _process(pid: int) -> psutil.Process | None:
        try:
            return psutil.Process(pid)
        except psutil.Error:
            return None


def _unshared(process: psutil.Process) -> int:
    """Return the bytes that a fork of the worker does not share with it."""
    try:
        return int(process.memory_full_info().uss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
