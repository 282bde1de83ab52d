"""Reads a learner's file as what it may be: anything. Nothing of it runs here."""

from __future__ import annotations

import errno
import hashlib
import io
import itertools
import json
import os
import re
import stat
import tokenize
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UnreadableError
from grader.text import did_you_mean, legible_path

MAX_BYTES = 1 << 20
MAX_NAMES = 1000  # of a folder, to guess from
BOM = b"\xef\xbb\xbf"
STRING_ALONE = [tokenize.STRING, tokenize.NEWLINE]  # as a docstring is


@dataclass(frozen=True, slots=True)
class Submission:
    """A file's content; `refusal` says in a sentence why it cannot be a submission, if so.

    `sha256` is of the bytes on disk; of a file that is too large, of as much as was read.
    """

    path: Path
    sha256: str
    source: str
    refusal: str | None = None

    @property
    def name(self) -> str:
        """The path as it may be shown."""
        return legible_path(os.fspath(self.path))


def read_submission(path: Path) -> Submission:
    """Read the regular file at `path`, once; a link could lead to the reference, or a neighbour's.

    Raises:
      UnreadableError: there is no such regular file, or it may not be read.
    """
    shown = legible_path(os.fspath(path))
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer, nor a device do anything.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        near = did_you_mean(path.name, _names_beside(path))
        raise UnreadableError(f"{shown}: there is no such file{near}") from None
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) in (errno.ELOOP, errno.EMLINK):
            raise UnreadableError(f"{shown}: is a link; name the file that it leads to") from None
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{shown}: cannot be opened: {reason}") from None
    try:
        _require_regular(os.fstat(descriptor), shown)
    except UnreadableError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UnreadableError(f"{shown}: cannot be read: {error.strerror}") from None
    return _examine(path, content)


def _names_beside(path: Path) -> list[str]:
    """Return the names of Python files in a path's folder, as they may be shown."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in itertools.islice(entries, MAX_NAMES)]
    except (OSError, ValueError):
        return []
    return sorted(legible_path(name) for name in names if name.endswith(".py"))


def _require_regular(status: os.stat_result, shown: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError(f"{shown}: is a folder; name the .py file inside it")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(f"{shown}: is not a regular file but a device, pipe or socket")


def _examine(path: Path, content: bytes) -> Submission:
    digest = hashlib.sha256(content).hexdigest()
    if len(content) > MAX_BYTES:
        return Submission(path, digest, "", f"the file is larger than {MAX_BYTES >> 20} MiB")
    text, refusal = _decode(content)
    return Submission(path, digest, text, refusal)


def _line_after(before: bytes) -> int:
    """Return the number of the line on which the byte after `before` lies."""
    return len(re.findall(rb"\r\n|\r|\n", before)) + 1


def _decode(content: bytes) -> tuple[str, str | None]:
    body = content.removeprefix(BOM)
    if not body.strip():
        return "", "the file is empty"
    if b"\0" in body:
        line = _line_after(body[: body.index(b"\0")])
        return "", f"the file has a NUL byte on line {line}; save it as plain UTF-8 text"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_after(body[: error.start])
        return "", f"the file is not UTF-8: byte {error.object[error.start]:#04x} on line {line}"
    if _is_notebook(text):
        return "", "this is a Jupyter notebook; export it as a Python file and hand that in"
    return text.replace("\r\n", "\n").replace("\r", "\n"), None


def same_code(one: str, other: str) -> bool:
    """Tell whether two files differ in nothing but remarks and white space, without parsing.

    Remarks are comments, and strings that stand alone.
    """
    if len(one) > 4 * len(other) + 1000:  # nobody adds so many comments; spare the work
        return False
    try:
        return _tokens(one) == _tokens(other)
    except (tokenize.TokenError, SyntaxError):
        return False


def _tokens(source: str) -> list[tuple[int, str]]:
    layout = (tokenize.COMMENT, tokenize.NL)
    spaces = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.ENDMARKER)
    found = [
        (token.type, "" if token.type in spaces else token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in layout
    ]
    starts = [0, *(n + 1 for n, (kind, _) in enumerate(found) if kind in spaces)]
    alone = {n for n in starts if [kind for kind, _ in found[n : n + 2]] == STRING_ALONE}
    return [token for n, token in enumerate(found) if n not in alone and n - 1 not in alone]


def _is_notebook(text: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and isinstance(content.get("cells"), list)


def defines(source: str, name: str) -> bool:
    """Tell whether `source` seems to define `name` at top level, without parsing it."""
    return bool(re.search(rf"^(?:async\s+)?(?:def\s+)?{re.escape(name)}\s*[(=:]", source, re.M))
