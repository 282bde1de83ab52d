"""Describes an exception whose every part may be hostile: type, message and traceback."""

from __future__ import annotations

import builtins
import difflib
import os
import re
import traceback
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

MAX_MESSAGE = 4000
MAX_FRAMES = 12
MAX_NAMES = 2000  # that are searched for the one that was meant
LONGEST_NAME = 60
CLOSE = 0.7  # of difflib's ratio; below it a guess misleads more often than it helps
KEYWORD = re.compile(r"(?:[\w.]*\.)?(\w+)\(\) got an unexpected keyword argument '(\w+)'")


def type_name(cls: type) -> str:
    """Return a class's own name, past any metaclass that would answer otherwise."""
    return str(type.__dict__["__name__"].__get__(cls))[:200]


def describe_exception(
    error: BaseException, filename: str, announce: Callable[[str], None]
) -> dict[str, Any]:
    """Return {type, message, memory, errno, frames, suggestion, module}.

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
        "suggestion": _suggestion(error),
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


def _suggestion(error: BaseException) -> str:
    """Return the name that was probably meant, as Python prints it from 3.12 on, or nothing.

    It looks into dictionaries of exactly Python's own types, and runs no code of the submission.
    """
    try:
        if type(error) is AttributeError:
            wrong = vars(AttributeError)["name"].__get__(error)
            return _closest(wrong, _attributes(vars(AttributeError)["obj"].__get__(error)))
        frame = _last_frame(error)
        if type(error) in (NameError, UnboundLocalError) and frame is not None:
            return _closest(vars(NameError)["name"].__get__(error), _visible(frame))
        if type(error) is TypeError and frame is not None:
            return _meant_keyword(str(error)[:MAX_MESSAGE], frame)
    except BaseException:  # each part of an exception can be forged
        return ""
    return ""


def _closest(wrong: object, names: Iterable[object]) -> str:
    if type(wrong) is not str or not 1 < len(wrong) <= LONGEST_NAME:
        return ""
    known = [n for n in names if type(n) is str and 1 < len(n) <= LONGEST_NAME and n != wrong]
    public = [name for name in known if name[0] != "_" or wrong[0] == "_"][:MAX_NAMES]
    return next(iter(difflib.get_close_matches(wrong, public, n=1, cutoff=CLOSE)), "")


def _attributes(owner: object) -> list[object]:
    """Return the names in a module or a class and its bases, past any `__dir__`."""
    if type(owner) is ModuleType:
        return [*object.__getattribute__(owner, "__dict__")]
    cls = owner if issubclass(type(owner), type) else type(owner)
    bases = type.__dict__["__mro__"].__get__(cls)
    return [name for base in bases for name in type.__dict__["__dict__"].__get__(base)]


def _last_frame(error: BaseException) -> FrameType | None:
    last = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        last = frame
    return last


def _visible(frame: FrameType) -> list[object]:
    own = [*_plain(frame.f_locals), *_plain(frame.f_globals)]
    return [*own, *object.__getattribute__(builtins, "__dict__")]


def _plain(names: object) -> dict[Any, Any]:
    """Return a dictionary of exactly that type; a submission's own kind would run its code."""
    if type(names) is dict:
        return names
    proxy: Any = names if type(names).__name__ == "FrameLocalsProxy" else {}  # from 3.13 on
    return dict(proxy)


def _meant_keyword(message: str, frame: FrameType) -> str:
    """Return the keyword that was meant in a call of a function that the frame can see."""
    found = KEYWORD.match(message)
    if found is None or "Did you mean" in message:  # Python 3.13 says so itself
        return ""
    seen = {**_plain(frame.f_globals), **_plain(frame.f_locals)}
    used = {name: seen[name] for name in frame.f_code.co_names if name in seen}
    modules = [value for value in used.values() if type(value) is ModuleType]
    owners = [used, *(object.__getattribute__(one, "__dict__") for one in modules)]
    functions = [owner.get(found[1]) for owner in owners]
    named = [name for one in functions if type(one) is FunctionType for name in _parameters(one)]
    return _closest(found[2], named)


def _parameters(function: FunctionType) -> tuple[str, ...]:
    code: CodeType = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


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
