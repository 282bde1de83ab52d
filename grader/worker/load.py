"""Imports a submission from its source and finds its entry point."""

from __future__ import annotations

import inspect
import linecache
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TOO_DEEP = SyntaxError("it is too deeply nested")
Entry = Callable[..., object]
Describe = Callable[[BaseException, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source text, and the function it should define; without `asserts`, none is executed."""

    source: str
    filename: str
    module_name: str
    entry_point: str
    arity: int
    asserts: bool = True


def load_entry(wanted: Wanted, describe: Describe) -> tuple[Entry | None, dict[str, Any]]:
    """Execute the source as a module and return (its entry point or None, a description).

    The description has ``kind`` "loaded", "syntax", "import", "missing" or "arity" and, beside
    it, what a message needs: the exception, the names that the module does define, or the
    signature that does not take `arity` positional arguments.
    `describe` turns an exception and a file name into data.
    """
    source, filename, module_name = wanted.source, wanted.filename, wanted.module_name
    module = types.ModuleType(module_name)
    module.__file__ = filename
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    try:
        code = compile(
            source, filename, "exec", dont_inherit=True, optimize=0 if wanted.asserts else 1
        )
    except (MemoryError, RecursionError):  # how the parser and the compiler give up
        return None, {"kind": "syntax", "raised": describe(TOO_DEEP, filename)}
    except BaseException as error:
        return None, {"kind": "syntax", "raised": describe(error, filename)}
    sys.modules[module_name] = module  # dataclasses and typing look modules up there
    sys.argv = [filename]  # what a parser of arguments at the top of the file reads
    names = module.__dict__
    try:
        exec(code, names)
        return _find_entry(names, wanted.entry_point, wanted.arity)
    except BaseException as error:
        return None, {"kind": "import", "raised": describe(error, filename)}


def _find_entry(
    names: Mapping[str, object], entry_point: str, arity: int
) -> tuple[Entry | None, dict[str, Any]]:
    entry = names.get(entry_point)
    if not callable(entry):
        return None, {
            "kind": "missing",
            "names": sorted(_public_callables(names))[:100],
            "present": entry_point in names,
        }
    signature = _mismatched_signature(entry, arity)
    if signature is not None:
        return None, {"kind": "arity", "signature": signature}
    return entry, {"kind": "loaded"}


def _public_callables(names: Mapping[str, object]) -> list[str]:
    return [
        name[:100]
        for name, value in names.items()
        if type(name) is str and callable(value) and name[:2] != "__"  # a key may be anything
    ]


def _mismatched_signature(entry: Entry, arity: int) -> str | None:
    try:
        signature = inspect.signature(entry)
    except BaseException:  # some callables have none: calling is the only way to find out
        return None
    try:
        signature.bind(*range(arity))
    except TypeError:
        return _text_of(signature)
    except BaseException:  # it is the submission's own: it says nothing
        return None
    return None


def _text_of(signature: inspect.Signature) -> str:
    try:
        return str.__str__(str(signature))[:300]
    except BaseException:  # a default value's repr may do anything
        return "(...)"
