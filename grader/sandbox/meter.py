"""Measures a box from outside: processor seconds and resident memory of all its processes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

TREE_EVERY = 0.5  # seconds between looks at the whole tree, which costs more than one process


@dataclass(frozen=True, slots=True)
class Usage:
    """What a box has used: processor seconds in all; bytes of memory and threads right now."""

    cpu_seconds: float = 0.0
    resident_bytes: int = 0
    virtual_bytes: int = 0
    threads: int = 0


@dataclass(slots=True)
class _Account:
    """The processor seconds of a process: its own, and those of its children that have ended.

    A child that was waited for is in `waited_for`, as the system counts it, whether or not it
    was ever seen; one that was seen is in `gone` too, and there alone if nobody waited for it.
    """

    parent: int
    own: float = 0.0
    waited_for: float = 0.0
    gone: float = 0.0

    @property
    def total(self) -> float:
        return self.own + max(self.waited_for, self.gone)


class Meter:
    """Watches everything below the process `warden`, the `worker` above all.

    It is made before learner code runs: until then the worker is the last in a line of processes.
    """

    def __init__(self, warden: int) -> None:
        self._warden = warden
        below = self._find_below()
        self.sees_worker = bool(below)
        self.worker = below[-1].pid if below else warden
        self._known = below[-1] if below else None
        self._ours = {one.pid for one in below[:-1]}  # of walls; they share their memory with us
        self._others: list[psutil.Process] = []
        self._next_tree = 0.0
        self._accounts: dict[int, _Account] = {}
        self._gone = 0.0  # seconds of processes that ended and had no parent among the accounts

    def signal_worker(self, number: int) -> bool:
        """Send the worker a signal; return whether it is still there, and no other of its id."""
        try:
            if self._known is not None:
                self._known.send_signal(number)
        except (psutil.Error, ValueError):
            return False
        return self._known is not None

    def measure(self) -> Usage:
        """Return what all processes of the box use, the dead ones' processor time included."""
        now = time.monotonic()
        if now >= self._next_tree:
            self._next_tree = now + TREE_EVERY
            self._others = [one for one in self._find_below() if one.pid != self.worker]
        resident = virtual = threads = 0
        alive: set[int] = set()
        # A parent comes before its children: what it has waited for is then never read too late.
        for process in [*filter(None, [self._process(self.worker)]), *self._others]:
            try:
                with process.oneshot():
                    self._note_times(process)
                    alive.add(process.pid)
                    memory = process.memory_info()
                    count = process.num_threads()
                    own = memory.rss if process.pid == self.worker else self._unshared(process)
            except psutil.Error:
                continue
            resident, virtual = resident + own, max(virtual, memory.vms)
            threads += count
        self._settle(alive)
        spent = self._gone + sum(account.total for account in self._accounts.values())
        return Usage(spent, resident, virtual, threads)

    def _note_times(self, process: psutil.Process) -> None:
        times, parent = process.cpu_times(), process.ppid()
        account = self._accounts.setdefault(process.pid, _Account(parent))
        account.parent = parent
        account.own = times.user + times.system
        account.waited_for = times.children_user + times.children_system

    def _settle(self, alive: set[int]) -> None:
        """Hand the time of each process that is gone to its parent, children first."""
        for pid in reversed([pid for pid in self._accounts if pid not in alive]):
            account = self._accounts.pop(pid)
            parent = self._accounts.get(account.parent)
            if parent is None:
                self._gone += account.total
            else:
                parent.gone += account.total

    def _find_below(self) -> list[psutil.Process]:
        warden = self._process(self._warden)
        try:
            return warden.children(recursive=True) if warden else []
        except psutil.Error:
            return []

    def _unshared(self, process: psutil.Process) -> int:
        """Return the bytes that a fork of the worker does not share with it; this is slow."""
        if process.pid in self._ours:
            return 0
        try:
            return int(process.memory_full_info().uss)
        except psutil.AccessDenied:
            return int(process.memory_info().rss)

    @staticmethod
    def _process(pid: int) -> psutil.Process | None:
        try:
            return psutil.Process(pid)
        except psutil.Error:
            return None
