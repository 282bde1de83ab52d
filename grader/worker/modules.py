"""Has learner code find the modules that a course allows, and no others, as if there were none.

The standard library is always allowed, and so are JAX, Flax, NumPy and whatever they, or what is
allowed, need. This is no wall: what is installed can be read.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

ALWAYS = ("jax", "jaxlib", "flax", "numpy")
UNLISTED = "_sysconfigdata_"  # of the standard library, under another name on every platform
NAME = re.compile(r"[A-Za-z0-9._-]+")  # of a distribution, at the head of a requirement


def allow(packages: Iterable[str]) -> None:
    """Allow these from now on, beside what is always allowed."""
    finder: Any = _Finder(frozenset({*ALWAYS, *packages}))
    sys.meta_path[:] = [finder if one is PathFinder else one for one in sys.meta_path]


class _Finder:
    """Finds what Python's own finder does, if it is allowed."""

    find_distributions = staticmethod(PathFinder.find_distributions)
    invalidate_caches = staticmethod(PathFinder.invalidate_caches)

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._needed: frozenset[str] | None = None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, or None."""
        found = PathFinder.find_spec(name, path, target)
        return found if found is not None and self._allows(name.partition(".")[0]) else None

    def _allows(self, name: str) -> bool:
        if name in sys.stdlib_module_names or name.startswith(UNLISTED):
            return True
        if name in self._allowed or name in sys.modules:
            return True
        if self._needed is None:  # it takes a while, and few files come as far
            self._needed = _needed_by(self._allowed)
        return name in self._needed


def _needed_by(packages: frozenset[str]) -> frozenset[str]:
    """Return the modules of the distributions that these packages are in, and of what they need."""
    modules: dict[str, set[str]] = {}
    requires: dict[str, set[str]] = {}
    for name, distribution in _distributions():
        modules[name] = _modules_of(distribution)
        requires[name] = {
            _plain(NAME.match(one)[0])  # type: ignore[index]
            for one in distribution.requires or ()
            if "extra ==" not in one
        }
    left = [name for name, found in modules.items() if found & packages]
    needed: set[str] = set()
    while left:
        name = left.pop()
        if name in modules and name not in needed:
            needed.add(name)
            left.extend(requires[name])
    return frozenset(module for name in needed for module in modules[name])


def _distributions() -> Iterator[tuple[str, importlib.metadata.Distribution]]:
    for distribution in importlib.metadata.distributions():
        try:
            name = distribution.metadata["Name"]
        except Exception:  # the judge's own cannot be read
            continue
        if name:
            yield _plain(name), distribution


def _modules_of(distribution: importlib.metadata.Distribution) -> set[str]:
    listed = (distribution.read_text("top_level.txt") or "").split()
    files = distribution.files or ()
    found = {file.parts[0].partition(".")[0] for file in files if file.suffix in (".py", ".so")}
    return {*listed, *found}


def _plain(name: str) -> str:
    """Return the name of a distribution in the one way that names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
