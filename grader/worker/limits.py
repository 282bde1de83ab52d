"""Limits that a worker puts on itself, before it has read the submission."""

from __future__ import annotations

import resource

SECONDS_TO_TELL = 5  # between SIGXCPU, which says why, and SIGKILL


def apply(limits: dict[str, int]) -> list[str]:
    """Lower this process's own resource limits for good; return the names that took effect.

    Args:
      limits: name of an rlimit in lower case without its prefix ("as", "nofile", ...) to the
        value in that limit's own unit (bytes, descriptors, seconds).
    """
    applied = []
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name.upper()}", None)
        if number is None:
            continue
        _, hard = resource.getrlimit(number)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        room = hard == resource.RLIM_INFINITY or wanted + SECONDS_TO_TELL <= hard
        last = wanted + SECONDS_TO_TELL if name == "cpu" and room else wanted
        try:
            resource.setrlimit(number, (wanted, last))
        except (ValueError, OSError):  # macOS refuses some
            continue
        applied.append(name)
    return applied
