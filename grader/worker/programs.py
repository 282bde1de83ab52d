"""The persistent cache of compiled programs, as a worker uses it: entries are whole, or not there.

jax's own cache writes an entry in place and takes what it reads for what was written. Here an
entry is a digest and the program, and takes its place at once: one that was cut short, written by
two at a time or hit by a fault of the disk is compiled again, silently.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from typing import Any

import jax
from jax._src.lru_cache import LRUCache

DIGEST = hashlib.sha256
NEVER = 1e9  # seconds that a program has to compile for to be kept


def use(*, trusted: bool) -> None:
    """Have this process read the cache that its environment names; a trusted one adds to it."""
    if not trusted:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", NEVER)

    def get(cache: Any, key: str) -> bytes | None:
        return read(_path(cache, key), repair=trusted)

    def put(cache: Any, key: str, value: bytes) -> None:
        write(_path(cache, key), value)

    LRUCache.get, LRUCache.put = get, put  # type: ignore[assignment, method-assign]


def read(path: str, *, repair: bool) -> bytes | None:
    """Return what was written to an entry; a broken one is as none, and with `repair` removed."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return None
    size = DIGEST().digest_size
    digest, value = content[:size], content[size:]
    if digest == DIGEST(value).digest():
        return value
    if repair:
        with contextlib.suppress(OSError):
            os.unlink(path)
    return None


def write(path: str, value: bytes) -> None:
    """Write an entry, whole or not at all; a disk that is full or closed to us keeps none."""
    with contextlib.suppress(OSError):
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(DIGEST(value).digest() + value)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _path(cache: Any, key: str) -> str:
    return os.path.join(str(cache.path), f"{key}-cache")
