"""Gives up what a process could do beyond its own rights, for good, and for all it may start."""

from __future__ import annotations

import contextlib
import struct

from .system import call, prctl

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS = 4, 24, 28, 38
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4
# A program that root starts gains nothing for being root's, and none of this can be undone:
# NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, each with its lock, and KEEP_CAPS's lock.
SECUREBITS = 0b11101111
CAPABILITY_VERSION = 0x20080522
MAX_CAPABILITY = 64


def drop_privileges() -> None:
    """Drop all capabilities, gain none by any program, and close this process's memory to others.

    Raises:
      OSError: the kernel refuses.
    """
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    with contextlib.suppress(OSError):  # without capabilities there is nothing to lock
        prctl(PR_SET_SECUREBITS, SECUREBITS)
    for capability in range(MAX_CAPABILITY):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # the kernel knows no more, or there are none to drop
            break
    with contextlib.suppress(OSError):  # before Linux 4.3 there is no such set
        prctl(PR_CAP_AMBIENT, CLEAR_ALL)
    call("capset", struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24))
    prctl(PR_SET_DUMPABLE, 0)
