"""Closes the file system, TCP and signals to this process with Landlock.

Source: the kernel's userspace-api/landlock.rst; numbers are those of linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from .system import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_FOR_VERSION = 1
RULE_PATH_BENEATH = 1
OLDEST = 3  # the first that keeps a file which may be read from being truncated; Linux 6.2

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
TRUNCATE = 1 << 14
FILE_RIGHTS_OF_ABI = {3: (1 << 15) - 1, 5: (1 << 16) - 1}  # all there are; 5 adds device ioctls
TCP_RIGHTS = 0b11  # bind and connect; since 4
SCOPES = 0b11  # abstract UNIX sockets and signals; since 6

READ = READ_FILE | READ_DIR
USE = READ_FILE | WRITE_FILE | TRUNCATE
KEEP = READ | USE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE


def abi() -> int:
    """Return the version of Landlock that this kernel speaks; 0 if it has none."""
    try:
        return syscall(CREATE_RULESET, None, 0, ASK_FOR_VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[str], listed: Iterable[str], usable: Iterable[str], kept: Iterable[str]
) -> int:
    """Leave this process, which must have a single thread, these paths alone; return the ABI.

    Args:
      readable: files, and folders with all below, that may be read.
      listed: folders of which, and below which, names alone may be read.
      usable: files that may also be written to.
      kept: folders in which files and folders may be made, changed and removed.

    Raises:
      OSError: the kernel has no Landlock, too old a one, or refuses.
    """
    version = abi()
    if version < OLDEST:
        raise OSError(f"Landlock's ABI is {version}, {OLDEST} is needed (Linux 6.2 or newer)")
    handled = max(rights for since, rights in FILE_RIGHTS_OF_ABI.items() if since <= version)
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", TCP_RIGHTS)
    if version >= 6:
        attributes += struct.pack("=Q", SCOPES)
    ruleset = syscall(CREATE_RULESET, _pointer(attributes), len(attributes), 0)
    try:
        granted = ((readable, READ), (listed, READ_DIR), (usable, USE), (kept, KEEP))
        for paths, rights in granted:
            for path in paths:
                _allow(ruleset, path, rights)
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:  # what is not there needs no rule
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= OF_A_FILE
        rule = struct.pack("=Qi", rights, descriptor)
        syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, _pointer(rule), 0)
    finally:
        os.close(descriptor)


def _pointer(data: bytes) -> ctypes.c_void_p:
    return ctypes.cast(ctypes.create_string_buffer(data, len(data)), ctypes.c_void_p)
