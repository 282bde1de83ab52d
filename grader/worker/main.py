"""A worker's path: guard, imports, walls, then one reply for each request until the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from . import canary, modules, walls, warden, where

if TYPE_CHECKING:
    from .observe import Instruments


def start(lifeline: str, folder: str, level: str) -> NoReturn:
    """Be a worker that is a program of its own."""
    main(int(lifeline), folder, level)


def main(
    lifeline: int, folder: str, level: str, instruments: Instruments | None = None
) -> NoReturn:
    """Serve requests from descriptor 0 on descriptor 1 until the judge closes them.

    Args:
      lifeline: a descriptor that ends, or is written to, when the box is to end.
      folder: the box's own temporary folder.
      level: the isolation level; empty for the course's own code, which has no walls.
      instruments: what watches Flax, if that is done already.
    """
    try:
        warden.guard(lifeline, folder, in_namespaces=level == walls.NAMESPACES)
    except OSError as error:
        _take_channel().send({"outcome": "unwalled", "reason": f"namespaces: {error.strerror}"})
        os._exit(1)
    channel = _take_channel()
    setup = channel.receive()
    server = None
    if setup["serves"]:
        where.listen()
        from .serve import Server  # imports jax and flax, before there is a file they cannot read

        size = int(setup["max_answer_bytes"])
        server = Server(channel.send, size, trusted=not level, instruments=instruments)
    standing: dict[str, Any] = {"walls": [], "open": []}
    if level:
        standing = _wall_in(channel, level, setup)
    if setup["packages"] is not None:
        modules.allow(setup["packages"])
    versions = server.versions() if server else {}
    channel.send({"outcome": "ready", "versions": versions, **standing})
    while True:
        try:
            request = channel.receive()
        except EOFError:
            os._exit(0)
        if server:
            server.answer(request, channel.blob)


def _wall_in(channel: Channel, level: str, setup: dict[str, Any]) -> dict[str, Any]:
    """Put up the walls, try them, and return what stands and what is still open."""
    plan = walls.Plan(level, **setup["plan"])
    try:
        standing = walls.put_up(plan)
    except walls.WallError as error:
        channel.send({"outcome": "unwalled", "reason": str(error)})
        os._exit(1)
    return {"walls": standing, "open": canary.find_open(canary.Bait(**setup["bait"]))}


class Channel:
    """Frames over two descriptors of its own, out of reach of print and of descriptors 0 to 2."""

    def __init__(self, requests: int, replies: int) -> None:
        from . import wire

        self._wire = wire
        self._requests, self._replies = requests, replies
        self._write: Callable[[int, Any], int] = os.write
        self.blob = b""

    def receive(self) -> dict[str, Any]:
        """Return the next request's header; its arrays' bytes are then in `blob`."""
        import json

        frame = self._wire.read_frame(self._read_exactly)
        self.blob = frame.blob
        header: dict[str, Any] = json.loads(frame.header)
        return header

    def send(self, header: dict[str, Any], blob: bytes = b"") -> None:
        """Write one frame."""
        rest = memoryview(self._wire.encode_frame(header, blob))
        while rest:
            rest = rest[self._write(self._replies, rest) :]

    def _read_exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._requests, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _take_channel() -> Channel:
    """Move the channel away from descriptors 0 and 1, which become silence and captured text."""
    requests, replies = os.dup(0), os.dup(1)  # dup makes them close-on-exec
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
    return Channel(requests, replies)
