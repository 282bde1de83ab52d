"""What stands in for a system that a box does not offer behaves as the system's own would."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import threading
from collections.abc import Callable

import pytest

from grader.worker.stand_ins import COUNTING, RECURSIVE, SemLock, fork_exec, start


def lock(kind: int = COUNTING, value: int = 1, most: int = 1) -> SemLock:
    return SemLock(kind, value, most, "/name", True)


def elsewhere(ask: Callable[[], object]) -> object:
    """Return what a call gives in another thread."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join(10)
    return found[0]


def test_a_lock_is_held_by_one_at_a_time() -> None:
    one = lock()
    assert one.acquire()
    assert not one.acquire(False)
    assert not one.acquire(True, 0.01)
    one.release()
    assert one.acquire(True, 0.01)


def test_who_waits_goes_on_when_it_is_given_back() -> None:
    one = lock()
    one.acquire()
    threading.Timer(0.05, one.release).start()
    assert one.acquire(True, 10)


def test_a_semaphore_counts_and_is_given_back_no_more_often_than_taken() -> None:
    one = lock(value=2, most=2)
    assert one.acquire(False)
    assert one.acquire(False)
    assert one._is_zero()
    one.release()
    one.release()
    with pytest.raises(ValueError, match="too many times"):
        one.release()


def test_a_recursive_lock_may_be_taken_again_by_its_own_thread_alone() -> None:
    one = lock(RECURSIVE)
    assert one.acquire()
    assert one.acquire(False)
    assert elsewhere(lambda: one.acquire(False)) is False
    one.release()
    assert elsewhere(lambda: one.acquire(False)) is False
    one.release()
    assert elsewhere(lambda: one.acquire(False)) is True


def test_a_recursive_lock_is_not_given_back_by_another_thread() -> None:
    one = lock(RECURSIVE)
    one.acquire()

    def release() -> str:
        try:
            one.release()
        except AssertionError as error:
            return str(error)
        return ""

    assert "not owned" in str(elsewhere(release))


def test_a_pool_of_threads_runs_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_multiprocessing.SemLock", SemLock)
    monkeypatch.setattr("multiprocessing.synchronize.sem_unlink", lambda _: None)
    from multiprocessing.pool import ThreadPool

    with ThreadPool(3) as pool:
        assert pool.map(lambda one: one * one, range(20)) == [n * n for n in range(20)]
    with multiprocessing.Lock():
        pass


def test_a_program_that_is_started_is_said_not_to_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "_fork_exec", fork_exec)
    monkeypatch.setattr(subprocess, "_USE_POSIX_SPAWN", False)
    with pytest.raises(FileNotFoundError) as raised:
        subprocess.run(["git", "--version"], check=True)
    assert raised.value.filename == "git"
    monkeypatch.setattr(os, "posix_spawn", start)
    with pytest.raises(FileNotFoundError):
        os.posix_spawn("/bin/ls", ["ls"], {})
