"""Where reports go: a stream, or a file that holds each of them from the moment it is there."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from grader.errors import UsageError


class WriteError(UsageError):
    """What was to be printed or kept could not be written."""


class Out(Protocol):
    """What text is written to."""

    def write(self, text: str, /) -> object:
        """Write, or keep until it is flushed."""

    def flush(self) -> None:
        """Write what was kept."""

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""


class GrowingFile:
    """A file that a longer one takes the place of with every text.

    An old file stays until there is a first text. Whoever reads it, whenever that is, finds whole
    texts only, and one that was written is never lost, even if we are killed.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._written: BinaryIO | None = None  # ours, even if another file is there by now

    def write(self, text: str) -> None:
        """Write what there is so far and `text` to a new file, and put that in the old one's place.

        Raises:
          WriteError: it cannot be written; the file is as it was.
        """
        try:
            self._grow(text)
        except OSError as error:
            raise WriteError(f"{self._target}: cannot be written: {error.strerror}") from None

    def _grow(self, text: str) -> None:
        descriptor, name = tempfile.mkstemp(prefix=".grader-", dir=self._target.parent)
        new, temporary = os.fdopen(descriptor, "w+b"), Path(name)
        try:
            if self._written is not None:
                self._written.seek(0)
                shutil.copyfileobj(self._written, new)
            new.write(text.encode("utf-8", "backslashreplace"))
            new.flush()
            temporary.chmod(_mode(self._target))
            temporary.replace(self._target)
        except BaseException:
            _close(new)
            temporary.unlink(missing_ok=True)
            raise
        self.close()
        self._written = new

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    def isatty(self) -> bool:
        """Return False."""
        return False

    def close(self) -> None:
        """Let go of the file."""
        if self._written is not None:
            _close(self._written)


def open_output(
    option: str, path: Path, submissions: Sequence[Path]
) -> contextlib.AbstractContextManager[Out]:
    """Give what the reports go to: a pipe or a device, or a file in the place of `path`.

    Raises:
      UsageError: it cannot be written, or would take the place of a submission.
    """
    if any(_is_same_file(path, submission) for submission in submissions):
        raise UsageError(f"{option} {path}: is one of the submissions")
    try:
        target = path.resolve()
        if path.exists() and not path.is_file():  # a pipe, /dev/stdout: there is no replacing it
            return _left_in_place(path.open("w", encoding="utf-8"))
        tempfile.TemporaryFile(dir=target.parent).close()  # said now, not after the first result
    except OSError as error:
        raise UsageError(f"{option} {path}: cannot be written: {error.strerror}") from None
    except RuntimeError:  # what Python below 3.13 says of such links
        raise UsageError(f"{option} {path}: cannot be written: it is a loop of links") from None
    return contextlib.closing(GrowingFile(target))


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


@contextlib.contextmanager
def _left_in_place(out: TextIO) -> Iterator[Out]:
    try:
        yield out
    finally:
        _close(out)


def _close(file: TextIO | BinaryIO) -> None:
    with contextlib.suppress(OSError):  # every text was flushed, or said to be unwritten
        file.close()


def _mode(target: Path) -> int:
    return target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
