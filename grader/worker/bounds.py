"""Cuts what a worker says of a call to what an answer may hold, so that the judge can read it.

A name that is too long ends in a hash, so that two names stay two. What is too much altogether is
left out, and said to be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from . import wire

MAX_NAME = 120  # characters; the judge shows up to 200
MAX_PARTS = 60  # of a path: modules inside each other
MAX_SHOWN = 100  # sizes of a shape that no array of numpy can have
MAX_TRANSFORMS = 50  # around a read
MAX_RECORDS = 5_000  # of each kind
MAX_BYTES = 700_000  # of all records together: a frame's header has room for a million


def name(text: str) -> str:
    """Return a name, or where it is too long its beginning and a hash of all of it."""
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME - 20]}...{_hash(text)}"


def path(parts: Sequence[str]) -> list[str]:
    """Return the names of a path; of one too long, a hash stands for those in the middle."""
    names = [name(part) for part in parts]
    if len(names) <= MAX_PARTS:
        return names
    half = MAX_PARTS // 2
    return [*names[:half], f"...{_hash(json.dumps(parts))}", *names[-half + 1 :]]


def shape(sizes: Iterable[int]) -> list[int]:
    """Return the sizes of a shape, none larger than any that an array can have."""
    return [min(size, wire.MAX_SIZE) for size in sizes]


def evidence(found: dict[str, Any]) -> dict[str, Any]:
    """Return evidence in which nothing is too long; what had to be left out has `overflowed`."""
    room = _Room()
    variables = [
        [name(collection), path(parts), shape(sizes), name(dtype), given]
        for collection, parts, sizes, dtype, given in found["variables"]
        if len(sizes) <= wire.MAX_DIMENSIONS
    ]
    reads = [
        [name(collection), path(parts), [_transform(one) for one in around], dropped, name(module)]
        for collection, parts, around, dropped, module in found["reads"]
        if len(around) <= MAX_TRANSFORMS
    ]
    kept = {"variables": room.take(variables), "reads": room.take(reads)}
    lost = any(len(records) < len(found[kind]) for kind, records in kept.items())
    return {
        **kept,
        "inputs": [
            [shape(sizes), fingerprint]
            for sizes, fingerprint in found["inputs"]
            if len(sizes) <= wire.MAX_DIMENSIONS
        ],
        "created": [[name(col), min(number, wire.MAX_SIZE)] for col, number in found["created"]],
        "overflowed": found["overflowed"] or lost,
    }


class _Room:
    """What is left of the bytes that records may take."""

    def __init__(self) -> None:
        self._left = MAX_BYTES

    def take(self, records: Iterable[list[Any]]) -> list[list[Any]]:
        """Return the first of these that there is room for."""
        taken: list[list[Any]] = []
        for record in records:
            self._left -= len(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
            if self._left < 0 or len(taken) == MAX_RECORDS:
                return taken
            taken.append(record)
        return taken


def _transform(record: Sequence[Any]) -> list[Any]:
    kind, axis, splits, axes, size = record
    return [name(kind), name(axis), splits, axes, min(size, wire.MAX_SIZE)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
