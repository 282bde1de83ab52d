"""The isolation levels, and what each promises that a submission cannot do.

What a level promises is tried in every box, by the probes of `grader.worker.canary`; the level in
a report is the one whose promises all held there.
"""

from __future__ import annotations

import contextlib
import os
import platform
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How strong the walls of a box are; each level has those of the ones before it."""

    PROCESS = "process"
    KERNEL = "kernel"
    NAMESPACES = "kernel+namespaces"

    @property
    def is_weak(self) -> bool:
        """Whether a hostile submission could harm this account."""
        return self is Level.PROCESS


STRONGEST_FIRST = (Level.NAMESPACES, Level.KERNEL, Level.PROCESS)

# Each probe, and what a submission could do where it gets through: the end of "it could ...".
PROBES = {
    "read_files": "read the files of this account, the reference among them",
    "list_folders": "list the folders of this account",
    "see_files": "tell whether a file exists whose path it knows, and how large it is",
    "change_files": "change or empty the files of this account",
    "make_files": "make new files",
    "change_modes": "change who may read the files of this account",
    "tcp": "reach the network by TCP",
    "udp": "reach the network by UDP",
    "unix_sockets": "talk to other programs by UNIX sockets",
    "signal_judge": "stop or end the judge and other processes of this account",
    "read_judge_environment": "read the judge's environment, tokens in it included",
    "read_judge_memory": "read and change the judge's memory",
    "start_processes": "start further processes",
    "run_programs": "run other programs",
    "user_namespaces": "enter a user namespace, where more of the kernel can be attacked",
    "shared_memory": "leave System V shared memory behind",
}
KERNEL_FILES = {
    "security_modules": "/sys/kernel/security/lsm",
    "max_user_namespaces": "/proc/sys/user/max_user_namespaces",
}
OPEN_AT: dict[Level, tuple[str, ...]] = {
    Level.PROCESS: tuple(PROBES),
    Level.KERNEL: ("see_files",),  # Landlock has no say in stat(2)
    Level.NAMESPACES: (),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found in a box: its level, the walls that went up, the probes that got through."""

    level: Level
    walls: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)

    @property
    def broken_promises(self) -> list[str]:
        """The probes that got through although the level promises otherwise."""
        return [name for name in self.open if name not in OPEN_AT[self.level]]


def could(probe: str) -> str:
    """Return what a submission could do where a probe gets through, without any wall for root."""
    said = PROBES.get(probe, probe)
    if os.geteuid() == 0:
        return said.replace("of this account", "of root, which are all there are")
    return said


def kernel_facts() -> dict[str, str]:
    """Return what the system says of itself, as far as walls depend on it."""
    facts = {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
    }
    for name, path in KERNEL_FILES.items():
        with contextlib.suppress(OSError):
            facts[name] = Path(path).read_text(encoding="utf-8").strip()
    return facts
