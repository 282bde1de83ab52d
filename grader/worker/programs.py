"""The persistent cache of compiled programs, as a worker uses it: entries are whole, or not there.

jax's own cache writes an entry in place and takes what it reads for what was written. Here an
entry is a digest and the program, and takes its place at once: one that was cut short, written by
two at a time or hit by a fault of the disk is compiled again, silently.
"""

from __future__ import annotations

import os
from typing import Any

import jax
from jax._src.lru_cache import LRUCache

from . import entries

NEVER = 1e9  # seconds that a program has to compile for to be kept


def use(*, trusted: bool) -> None:
    """Have this process read the cache that its environment names; a trusted one adds to it."""
    if not trusted:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", NEVER)

    def get(cache: Any, key: str) -> bytes | None:
        return entries.read(_path(cache, key), repair=trusted)

    def put(cache: Any, key: str, value: bytes) -> None:
        entries.write(_path(cache, key), value)

    LRUCache.get, LRUCache.put = get, put  # type: ignore[assignment, method-assign]


def _path(cache: Any, key: str) -> str:
    return os.path.join(str(cache.path), f"{key}-cache")
