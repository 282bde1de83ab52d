"""Says in plain words which walls stand around a submission, and which do not."""

from __future__ import annotations

import sys

from grader.report import Isolation


def describe_isolation(rlimits: tuple[str, ...]) -> Isolation:
    """Return the isolation of this version's boxes.

    Args:
      rlimits: the resource limits that the worker said took effect, before it ran anything.
    """
    walls = [
        "own process and session",
        "clean environment",
        "empty temporary folder",
        "result channel apart from stdout",
        "processor time, idle time, memory and output watched from outside",
        *(f"rlimit {name}" for name in rlimits),
    ]
    if sys.platform == "linux":
        walls.append("every descendant killed at the end")
    missing = [
        "files of this account can be read and changed",
        "the network can be reached",
        "processes of this account can be signalled",
    ]
    if sys.platform != "linux":
        missing.append("a process that leaves the process group outlives the box")
    return Isolation(level="process", walls=walls, missing=missing)
