"""Decides whose files may be graded where the walls are weak: one's own, and others' if told so."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs

from grader.errors import UsageError
from grader.isolation import Level

Ask = Callable[[str], bool]
EXPLANATION = (
    "The isolation level {level} means limits and a clean environment, but no walls. While a file "
    "is graded, its code can do what you can do: read and change your files, and use the network. "
    "That is as safe as running the file yourself; do it with your own files alone."
)
FLAG = "--allow-weak-isolation"


def require_trust(
    level: Level, files: Sequence[Path], root: Path, *, allowed: bool, ask: Ask | None
) -> None:
    """Return if these files may be graded at that level.

    Args:
      root: the course's folder; a file of one's own lies in its submissions/.
      allowed: whether the user said that weak isolation will do.
      ask: puts a question to the user, if there is one; a yes is remembered for the course.

    Raises:
      UsageError: they may not; the text says what would help.
    """
    if not level.is_weak or allowed or not any(path.exists() for path in files):
        return
    what = files[0] if len(files) == 1 else f"{len(files)} files"
    if not _are_own(files, root):
        raise UsageError(
            f"{what}: may be other people's, and the isolation level {level} would let their code "
            "read and change your files and use the network; grade them on Linux 6.2 or newer "
            f"(`grader doctor` tells more), or take the risk with {FLAG}"
        )
    if _is_remembered(root):
        return
    if ask is None:
        raise UsageError(
            f"{what}: the isolation level {level} would let its code read and change your files "
            f"and use the network; if it is your own, say so once in a terminal, or give {FLAG}"
        )
    if not ask(f"{EXPLANATION.format(level=level)}\n\nIs {what} your own work?"):
        raise UsageError(f"{what}: not graded, as it is not your own work")
    _remember(root)


def _are_own(files: Sequence[Path], root: Path) -> bool:
    """Tell whether it is a single file of this account's, in its checkout, outside of CI.

    Root has none: what its account may do, no submission should.
    """
    if len(files) != 1 or os.environ.get("CI") or os.geteuid() == 0:
        return False
    path = files[0]
    try:
        inside = path.resolve().is_relative_to(root.resolve() / "submissions")
        return inside and _owner(path) == os.geteuid()
    except (OSError, RuntimeError):  # it is not there, say: reading it will tell
        return True


def _owner(path: Path) -> int:
    return path.stat().st_uid


def _memory() -> Path:
    return platformdirs.user_state_path("grader") / "own-checkouts.json"


def _remembered() -> list[str]:
    try:
        found = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [path for path in found if isinstance(path, str)] if isinstance(found, list) else []


def _is_remembered(root: Path) -> bool:
    return str(root.resolve()) in _remembered()


def _remember(root: Path) -> None:
    with contextlib.suppress(OSError):  # it is asked again, then
        _memory().parent.mkdir(parents=True, exist_ok=True)
        _memory().write_text(json.dumps([*_remembered(), str(root.resolve())]), encoding="utf-8")
