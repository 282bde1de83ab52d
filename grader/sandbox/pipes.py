"""The pipes between the judge and a worker, which the judge never waits for without a limit."""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import time
from typing import Any

from grader.errors import JudgeError
from grader.processes import Process
from grader.worker import wire

MAX_HEADER = 1 << 20  # bytes; what an answer says beside its array takes some thousands

MOST_TAKEN = 1 << 18  # bytes of a list of the lines that run, and of what is printed meanwhile
A_MOMENT = 0.05  # seconds; the list comes in one piece


class Pipes:
    """The three pipes of a worker, none of which the judge ever waits for without a limit."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise JudgeError("a worker was started without its pipes")
        self._requests, self._replies, self._text = process.stdin, process.stdout, process.stderr
        self._unsent = b""
        self._received = bytearray()
        self.text = bytearray()
        self.tail = b""
        self.text_bytes = 0
        self.closed = False
        self._selector = selectors.DefaultSelector()
        for pipe in (self._requests, self._replies, self._text):
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(self._replies, selectors.EVENT_READ)
        self._selector.register(self._text, selectors.EVENT_READ)

    def send(self, data: bytes) -> None:
        """Queue bytes for the worker and write what fits now."""
        self._unsent += data
        self._write()

    def wait(self, seconds: float) -> None:
        """Move bytes as they come, for at most so long."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._requests:
                self._write()
            elif key.fileobj is self._replies:
                self._read_replies()
            else:
                self.drain_text()

    def take_frame(self, max_blob: int) -> wire.Frame | None:
        """Return the next whole frame, if it is here.

        Raises:
          WireError: what has come is not a frame, or announces too large a one.
        """
        return take_frame(self._received, max_blob)

    def drain_text(self) -> None:
        """Take what has been printed, up to a round's worth; keep its beginning and its end."""
        for _ in range(16):
            part = self._read(self._text)
            if part is None:
                return
            self.text_bytes += len(part)
            self.tail = (self.tail + part)[-4096:]
            if len(self.text) < 1 << 20:
                self.text += part

    def take_text(self, seconds: float) -> bytes:
        """Return what is printed until nothing more comes, in so many seconds; it is not kept."""
        self.drain_text()
        taken = bytearray()
        deadline = time.monotonic() + seconds
        while len(taken) < MOST_TAKEN:
            left = min(deadline - time.monotonic(), seconds if not taken else A_MOMENT)
            if left <= 0 or not select.select([self._text], [], [], left)[0]:
                break
            part = self._read(self._text)
            if part is None:
                break
            taken += part
        return bytes(taken)

    def finish(self) -> None:
        """Take what was sent before the end; a process that is left may hold the pipe open."""
        self._read_replies()
        self.closed = True

    def close(self) -> None:
        """Close the judge's ends."""
        self._selector.close()
        for pipe in (self._requests, self._replies, self._text):
            with contextlib.suppress(OSError):
                pipe.close()

    def _read_replies(self) -> None:
        part = self._read(self._replies)
        if part is not None:
            self._received += part
        elif self._replies not in self._selector.get_map():
            self.closed = True

    def _read(self, pipe: Any) -> bytes | None:
        try:
            part = os.read(pipe.fileno(), 1 << 18)
        except BlockingIOError:
            return None
        if part:
            return part
        if pipe in self._selector.get_map():
            self._selector.unregister(pipe)
        return None

    def _write(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._requests.fileno(), self._unsent) :]
        except BlockingIOError:
            if self._requests not in self._selector.get_map():
                self._selector.register(self._requests, selectors.EVENT_WRITE)
            return
        except OSError:  # the worker is gone: its end is noticed on the other pipes
            self._unsent = b""
        if self._requests in self._selector.get_map():
            self._selector.unregister(self._requests)


def take_frame(received: bytearray, max_blob: int) -> wire.Frame | None:
    """Take the first whole frame off what has been received, if there is one.

    Raises:
      WireError: it does not begin with a frame, or with too large a one.
    """
    size = wire.PREFIX.size
    if len(received) < size:
        return None
    header, blob = wire.read_prefix(bytes(received[:size]), MAX_HEADER, max_blob)
    if len(received) < size + header + blob:
        return None
    body = bytes(received[size : size + header + blob])
    del received[: size + header + blob]
    return wire.Frame(body[:header], body[header:])
