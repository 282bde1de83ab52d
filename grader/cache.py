"""The user's cache: compiled programs, which trusted workers write and boxes read, and answers.

What is missing, broken or gone costs time and nothing else. It may be deleted at any moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

MIB = 1 << 20
LARGEST_MIB = 256  # of all folders together, after `trim`
TRIM_EVERY = 3600.0  # seconds; looking at ten thousand files takes a while
PACKAGES = ("jax", "jaxlib", "flax", "numpy")


@dataclass(frozen=True, slots=True)
class Contents:
    """What the cache holds: how many files and bytes of each kind."""

    folder: Path
    programs: tuple[int, int]
    answers: tuple[int, int]
    of_other_versions: tuple[int, int]


def folder() -> Path:
    """Return the folder of this account that the cache is in, whether or not it is there."""
    return platformdirs.user_cache_path("grader")


def compiled() -> Path | None:
    """Return the folder of programs compiled by these versions for this processor.

    It is made if need be. None if it cannot be, or if another account could write to it: what is
    in there runs in trusted processes.
    """
    return _usable(_compiled())


def _usable(found: Path) -> Path | None:
    try:
        folder().parent.mkdir(parents=True, exist_ok=True)
        for path in (folder(), found.parent, found):  # one by one: each is for this account alone
            path.mkdir(mode=0o700, exist_ok=True)
            about = path.stat()
            if about.st_uid != os.geteuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
    except OSError:
        return None
    return found if os.access(found, os.W_OK | os.X_OK) else None


def expected(problem: str) -> Path | None:
    """Return the folder of what a problem's solution answered, or None as for `compiled`."""
    return _usable(folder() / "expected" / f"{_key()}-{problem}")


def contents() -> Contents:
    """Return what the cache holds."""
    found: dict[str, list[int]] = {"compiled": [], "expected": [], "": []}
    for one in _folders():
        kind = one.parent.name if one.name.startswith(_key()) else ""
        found[kind] += [size for _, size, _ in _entries(one)]
    counted = [(len(sizes), sum(sizes)) for sizes in found.values()]
    return Contents(folder(), *counted)


def clear() -> None:
    """Remove the whole cache.

    Raises:
      OSError: it cannot be removed.
    """
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder())


def trim(largest: int = LARGEST_MIB * MIB, every: float = TRIM_EVERY) -> None:
    """Remove answers, then programs, the longest unused first, until the rest is small enough."""
    stamp = folder() / "trimmed"
    with contextlib.suppress(OSError):
        if stamp.exists() and time.time() - stamp.stat().st_mtime < every:
            return
        stamp.touch()
    # Answers first: where one is known, nobody compiles its programs again.
    entries = sorted(
        (one.parent.name == "compiled", *entry) for one in _folders() for entry in _entries(one)
    )
    left = sum(size for _, _, size, _ in entries)
    for _, _, size, path in entries:
        if left <= largest:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        left -= size


def _compiled() -> Path:
    return folder() / "compiled" / _key()


def _key() -> str:
    """Return what tells apart programs that cannot stand in for each other."""
    versions = [f"{name} {_version(name)}" for name in PACKAGES]
    machine = [platform.python_version(), platform.machine(), platform.system(), *_processor()]
    return hashlib.sha256("\n".join([*versions, *machine]).encode()).hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:  # a worker will say so
        return "missing"


def _processor() -> list[str]:
    """Return the name and abilities of the processor: XLA compiles for exactly these."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return [platform.processor()]
    first = text.split("\n\n")[0]
    wanted = ("model name", "flags", "Features", "CPU implementer", "CPU part")
    return sorted(line for line in first.split("\n") if line.startswith(wanted))


def _folders() -> Iterator[Path]:
    for kind in ("compiled", "expected"):
        with contextlib.suppress(OSError):
            yield from sorted((folder() / kind).iterdir())


def _entries(one: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield the last use, the size and the path of each file."""
    with contextlib.suppress(OSError), os.scandir(one) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                about = entry.stat()
                yield max(about.st_atime, about.st_mtime), about.st_size, Path(entry.path)
