"""Stands in for what the standard library has from a system that a box does not offer.

`multiprocessing` keeps its semaphores in shared memory. Its pools of threads need them too, and
inside one process a lock of threads does the same. What starts a program fails as it does where
there is no such program: whoever starts one that may be missing expects that error. Nothing here
is a wall; the walls stand below.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import threading
from typing import Any, NoReturn

RECURSIVE, COUNTING = 0, 1  # as `multiprocessing.synchronize` numbers them


class SemLock:
    """What `_multiprocessing.SemLock` offers, as `multiprocessing.synchronize` uses it."""

    SEM_VALUE_MAX = 0x7FFFFFFF

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue, self.handle = kind, maxvalue, 0
        self.name = None if unlink else name
        self._value = value
        self._owner: int | None = None
        self._depth = 0
        self._changed = threading.Condition(threading.Lock())

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one, and return whether that was possible."""
        with self._changed:
            if self.kind == RECURSIVE and self._is_mine():
                self._depth += 1
                return True
            if not block:
                timeout = 0
            elif timeout is not None:
                timeout = max(0.0, timeout)
            if not self._changed.wait_for(lambda: self._value > 0, timeout):
                return False
            self._value -= 1
            self._owner = threading.get_ident()
            self._depth += 1
            return True

    def release(self) -> None:
        """Give one back."""
        with self._changed:
            if self.kind == RECURSIVE:
                if not self._is_mine():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                self._depth -= 1
                if self._depth:
                    return
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            else:
                self._depth -= 1
            self._value += 1
            self._changed.notify()

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _count(self) -> int:
        return self._depth

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return not self._value

    def _after_fork(self) -> None:
        self._depth = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def fork_exec(arguments: Any, *_: Any) -> NoReturn:
    """Fail as `subprocess` does where there is no such program."""
    _no_such_program(next(iter(arguments), ""))


def start(program: Any, *_: Any, **__: Any) -> NoReturn:
    """Fail as `os.posix_spawn` and its like do where there is no such program."""
    _no_such_program(program)


def _no_such_program(program: Any) -> NoReturn:
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fsdecode(program))


def use() -> None:
    """Put these in their places."""
    subprocess: Any = importlib.import_module("subprocess")
    subprocess._fork_exec = fork_exec
    subprocess._USE_POSIX_SPAWN = False
    for name in ("posix_spawn", "posix_spawnp", "execv", "execve"):
        setattr(os, name, start)
    with contextlib.suppress(ImportError):  # this Python has no semaphores at all
        multiprocessing: Any = importlib.import_module("_multiprocessing")
        multiprocessing.SemLock = SemLock
