"""Describes an exception whose every part may be hostile: type, message and traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import Any

MAX_MESSAGE = 4000
MAX_FRAMES = 12


def type_name(cls: type) -> str:
    """Return a class's own name, past any metaclass that would answer otherwise."""
    return str(type.__dict__["__name__"].__get__(cls))[:200]


def describe_exception(
    error: BaseException, filename: str, announce: Callable[[str], None]
) -> dict[str, Any]:
    """Return {type, message, memory, errno, frames, module}.

    Frames are [line, function] in `filename` alone; the module is the file in which it was raised.
    `announce` is told the type first: asking for the message may never come back.
    """
    name = type_name(type(error))
    announce(name)
    return {
        "type": name,
        "message": _message(error),
        "memory": issubclass(type(error), MemoryError),  # `isinstance` would ask its __class__
        "errno": _number(error),
        "frames": _frames(error, filename),
        "module": _module(error),
    }


def _number(error: BaseException) -> int | None:
    """Return the system's number of an OSError, past any property that would answer otherwise."""
    if not issubclass(type(error), OSError):
        return None
    number = vars(OSError)["errno"].__get__(error)
    return number if type(number) is int and 0 < number < 1 << 16 else None


def _message(error: BaseException) -> str | None:
    try:
        if isinstance(error, SyntaxError):  # its str() may name this machine's paths
            text = str.__str__(error.msg or "")
        else:
            text = str(error)
        return str.__str__(text)[:MAX_MESSAGE]
    except BaseException:
        return None


def _frames(error: BaseException, filename: str) -> list[list[object]]:
    try:
        return [*_place_of_syntax(error, filename), *_walk(error, filename)]
    except BaseException:  # each part of a traceback can be forged
        return []


def _module(error: BaseException) -> str:
    """Return the name of the file that an exception was raised in, without its folder."""
    try:
        last = ""
        for frame, _ in traceback.walk_tb(error.__traceback__):
            last = frame.f_code.co_filename
        return os.path.basename(last)[:100]
    except BaseException:  # as above
        return ""


def _place_of_syntax(error: BaseException, filename: str) -> list[list[object]]:
    if isinstance(error, SyntaxError) and error.filename == filename:
        return [[_line_number(error.lineno), "<module>"]]
    return []


def _walk(error: BaseException, filename: str) -> list[list[object]]:
    own: list[list[object]] = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == filename:
            own.append([_line_number(line), frame.f_code.co_name[:100]])
            if len(own) > MAX_FRAMES:  # keep the outermost frame and the innermost ones
                del own[1]
    return own


def _line_number(found: object) -> int:
    return found if type(found) is int and 0 < found < 1 << 30 else 1
