"""Loads the committed seccomp program: from then on this process can make few system calls.

How the programs are made is in `grader.sandbox.syscalls`; libseccomp is not needed here.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

from .system import prctl

OWN_PID = 0x7EA12B0C  # stands in a program for the id of the process that loads it
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
INSTRUCTION = struct.Struct("<HBBI")  # of classic BPF: code, jumps if true and if false, constant


def program_path(architecture: str, scratch: bool) -> str:
    """Return where the program for a machine lies; `scratch` if it may write in a folder."""
    name = f"{architecture}{'-scratch' if scratch else ''}.bpf"
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), name)


def read_program(scratch: bool) -> bytes:
    """Return the bytes of this machine's program.

    Raises:
      OSError: there is none for this architecture.
    """
    try:
        with open(program_path(platform.machine(), scratch), "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise OSError(f"there is no program for {platform.machine()}") from None


def for_process(program: bytes, pid: int) -> bytes:
    """Return the program of the process with that id."""
    parts = []
    for code, true, false, constant in INSTRUCTION.iter_unpack(program):
        value = pid if constant == OWN_PID else constant
        parts.append(INSTRUCTION.pack(code, true, false, value))
    return b"".join(parts)


def load(program: bytes) -> None:
    """Put this process, which must have a single thread, behind a program for good.

    Raises:
      OSError: the kernel refuses it.
    """
    own = for_process(program, os.getpid())
    buffer = ctypes.create_string_buffer(own, len(own))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    header = Program(len(own) // INSTRUCTION.size, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header))
