"""Which files learner code may read: the interpreter, its packages, and facts of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

SYSTEM = (
    "/etc/ld.so.cache",
    "/sys/devices/system/cpu",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/sys/vm/overcommit_memory",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
)
USABLE = ("/dev/null",)
SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
SITE = ("site-packages", "dist-packages")
OURS = ("flax_grader-", "__editable__")  # beside grader itself: where the course lies


def readable_paths() -> list[str]:
    """Return the files and folders that may be read: all that a worker may still need.

    Where the judge is installed among other packages, the others are listed one by one.
    """
    found = {*SYSTEM, *_shared_libraries(), os.environ.get("JAX_COMPILATION_CACHE_DIR", "")}
    found.update(entry for entry in sys.path if os.path.isfile(entry))  # a library as a zip file
    for folder in listed_folders():
        found.update(_without_ours(folder))
    found.discard("")
    return sorted(path for path in found if os.path.exists(path))


def listed_folders() -> list[str]:
    """Return the folders that modules are imported from.

    Python looks for a module in a list of their names, which it reads again after every change.
    """
    library = os.path.dirname(os.__file__)
    folders = {entry for entry in sys.path if not os.path.isfile(entry)}
    return sorted(one for one in folders if os.path.basename(one) in SITE or one == library)


def _without_ours(folder: str) -> Iterator[str]:
    """Yield a folder, or as much of it as is not the judge's."""
    entries = _entries(folder)
    nested = [name for name in SITE if name in entries]  # in the standard library's folder
    if not any(map(_is_ours, entries)) and not any(
        _is_ours(name) for site in nested for name in _entries(os.path.join(folder, site))
    ):
        yield folder
        return
    for name in entries:
        if name not in SITE and not _is_ours(name):
            yield os.path.join(folder, name)


def _is_ours(name: str) -> bool:
    return name == "grader" or name.startswith(OURS)


def _shared_libraries() -> Iterator[str]:
    """Yield what the loader may load: some libraries are loaded when they are first used."""
    for folder in {os.path.realpath(path) for path in SHARED_LIBRARIES}:
        for name in _entries(folder):
            if name.endswith("-linux-gnu") or _is_library(name):  # Debian's hold nothing else
                yield os.path.join(folder, name)
    named = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    for folder in (os.path.join(sys.base_prefix, "lib"), *filter(None, named)):
        yield from (os.path.join(folder, name) for name in _entries(folder) if _is_library(name))


def _is_library(name: str) -> bool:
    return name.endswith(".so") or ".so." in name


def _entries(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
