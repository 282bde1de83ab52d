"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes
import errno
import os

_LIBC = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2).

    Raises:
      OSError: it failed.
    """
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_LIBC.prctl(option, *padded), f"prctl {option}")


def syscall(number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """Make a system call by its number.

    Raises:
      OSError: it failed.
    """
    words = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(number), *words), f"system call {number}")


def call(name: str, *arguments: int | bytes | None) -> int:
    """Call a function of the C library that returns -1 on failure and sets errno.

    Raises:
      OSError: it failed.
    """
    words = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    function = getattr(_LIBC, name, None)
    if function is None:  # macOS has not all of Linux's
        raise OSError(errno.ENOSYS, f"{name}: {os.strerror(errno.ENOSYS)}")
    return _checked(function(*words), name)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
