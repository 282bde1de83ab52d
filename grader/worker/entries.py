"""Files of a cache: whole, or as if they were not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile

DIGEST = hashlib.sha256


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
