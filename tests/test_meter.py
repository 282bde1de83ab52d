"""Processor time is counted once, whoever used it, waited for it or never saw it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from types import SimpleNamespace

import psutil
import pytest

from grader.sandbox import meter
from grader.sandbox.meter import Meter

WARDEN, WORKER = 1, 2


@dataclass
class FakeProcess:
    """A process of a machine that is not there; seconds are its own or of whom it waited for."""

    machine: dict[int, FakeProcess]
    pid: int
    parent: int
    seconds: float = 0.0
    waited_for: float = 0.0
    oneshot: type = field(default=contextlib.nullcontext)

    def fork(self, pid: int) -> FakeProcess:
        self.machine[pid] = FakeProcess(self.machine, pid, self.pid)
        return self.machine[pid]

    def end(self, *, waited_for: bool = True) -> None:
        del self.machine[self.pid]
        if waited_for:
            self.machine[self.parent].waited_for += self.seconds + self.waited_for

    def children(self, recursive: bool) -> list[FakeProcess]:
        own = [process for process in self.machine.values() if process.parent == self.pid]
        return [found for child in own for found in (child, *child.children(recursive))]

    def num_threads(self) -> int:
        return 1

    def ppid(self) -> int:
        return self.parent

    def cpu_times(self) -> SimpleNamespace:
        if self.pid not in self.machine:
            raise psutil.NoSuchProcess(self.pid)
        return SimpleNamespace(
            user=self.seconds, system=0.0, children_user=self.waited_for, children_system=0.0
        )

    def memory_info(self) -> SimpleNamespace:
        return SimpleNamespace(rss=0, vms=0, uss=0)

    memory_full_info = memory_info


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[int, FakeProcess]:
    machine: dict[int, FakeProcess] = {}
    machine[WARDEN] = FakeProcess(machine, WARDEN, 0)
    machine[WARDEN].fork(WORKER)
    monkeypatch.setattr(psutil, "Process", machine.__getitem__)
    monkeypatch.setattr(meter, "TREE_EVERY", 0.0)
    return machine


def test_a_child_that_was_seen_and_waited_for_is_counted_once(
    machine: dict[int, FakeProcess],
) -> None:
    found = Meter(WARDEN)
    child = machine[WORKER].fork(3)
    child.seconds = 5.0
    assert found.measure().cpu_seconds == 5.0
    child.seconds = 6.0
    child.end()
    assert [found.measure().cpu_seconds for _ in range(2)] == [6.0, 6.0]


def test_a_child_that_lives_and_dies_between_two_looks_is_counted(
    machine: dict[int, FakeProcess],
) -> None:
    found = Meter(WARDEN)
    found.measure()
    child = machine[WORKER].fork(3)
    child.seconds = 5.0
    child.end()
    assert found.measure().cpu_seconds == 5.0


def test_a_child_that_nobody_waited_for_stays_counted(machine: dict[int, FakeProcess]) -> None:
    found = Meter(WARDEN)
    for pid in (3, 4):
        child = machine[WORKER].fork(pid)
        child.seconds = 5.0
        found.measure()
        child.end(waited_for=False)
    machine[WORKER].seconds = 1.0
    assert found.measure().cpu_seconds == 11.0


def test_a_family_that_ends_between_two_looks_is_counted_once(
    machine: dict[int, FakeProcess],
) -> None:
    found = Meter(WARDEN)
    child = machine[WORKER].fork(3)
    grandchild = child.fork(4)
    child.seconds, grandchild.seconds = 1.0, 2.0
    assert found.measure().cpu_seconds == 3.0
    grandchild.end()
    child.end()
    assert [found.measure().cpu_seconds for _ in range(2)] == [3.0, 3.0]


def test_a_daemon_of_the_warden_stays_counted_when_it_is_gone(
    machine: dict[int, FakeProcess],
) -> None:
    found = Meter(WARDEN)
    daemon = machine[WARDEN].fork(3)
    daemon.seconds = 2.0
    found.measure()
    daemon.end()
    assert found.measure().cpu_seconds == 2.0
