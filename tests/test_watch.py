"""Limits are watched call by call and over all calls; what the judge causes does not count."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.isolation import Level
from grader.observation import Limit
from grader.sandbox import watch
from grader.sandbox.meter import Usage
from grader.sandbox.watch import BoxPlan, Watch, folder_bytes
from grader.spec import Limits
from grader.worker import folders

LIMITS = Limits(
    cpu_seconds=10,
    compile_seconds=5,
    idle_seconds=10,
    wall_seconds=100,
    total_cpu_seconds=30,
    total_wall_seconds=150,
)


class Clock:
    """Time as the test says, and a box that computes all the while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.cpu = 1000.0, 3.0
        monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: self.now))

    def pass_by(self, seconds: float, cpu: float) -> Usage:
        self.now += seconds
        self.cpu += cpu
        return Usage(self.cpu, 1 << 20, 1 << 30, 4)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def hits(clock: Clock, plan: BoxPlan, *calls: tuple[float, float]) -> Limit | None:
    """Return the limit that calls of so many seconds, and processor seconds, hit."""
    watched = Watch(plan, "/nowhere", clock.cpu)
    for number, (seconds, cpu) in enumerate(calls):
        watched.call_starts(compiles=number == 0)
        for _ in range(100):  # the judge looks often
            stopped = watched.look(clock.pass_by(seconds / 100, cpu / 100))
            if stopped is not None:
                return stopped.limit
        watched.call_finished(clock.cpu)
        clock.now += 1000.0  # of the judge's own
    return None


@pytest.mark.parametrize(
    ("calls", "limit"),
    [
        ([(14, 14), (9, 9), (9, 9)], None),
        ([(16, 16)], Limit.CPU),
        ([(1, 1), (11, 11)], Limit.CPU),
        ([(14, 14), (9, 9), (9, 9), (9, 9)], Limit.TOTAL_CPU),
        ([(11, 0)], Limit.IDLE),
        ([(99, 1)], None),
        ([(101, 1)], Limit.WALL),
        ([(70, 1), (70, 1)], None),
        ([(70, 1), (70, 1), (20, 1)], Limit.TOTAL_WALL),
    ],
)
def test_each_limit_on_time_ends_the_call_that_goes_beyond_it(
    calls: list[tuple[float, float]], limit: Limit | None, clock: Clock
) -> None:
    assert hits(clock, BoxPlan(LIMITS, Level.PROCESS), *calls) is limit


def test_twice_as_many_cases_may_take_twice_as_long_in_all(clock: Clock) -> None:
    plan = BoxPlan(LIMITS, Level.PROCESS, cases=200)
    assert hits(clock, plan, (70, 1), (70, 1), (70, 1), (70, 1)) is None
    assert hits(clock, plan, *[(70, 1)] * 5) is Limit.TOTAL_WALL


def test_the_courses_own_code_may_take_any_time_over_all_calls(clock: Clock) -> None:
    assert hits(clock, BoxPlan(LIMITS, None), *[(90, 80)] * 4) is None


def test_a_folder_is_counted_with_all_below_it_and_what_cannot_be_counted_is_too_much(
    tmp_path: Path,
) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/file").write_bytes(b"x" * 10_000)
    assert folder_bytes(str(tmp_path)) == 10_000 + 2 * 4096
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(3000):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
    finally:
        os.chdir(here)
    assert folder_bytes(str(tmp_path)) == sys.maxsize
    folders.remove(str(tmp_path))
