"""Tells what is made text only to be printed, which does not change what a function returns."""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import sys
from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import Any

Span = tuple[int | None, int | None, int | None, int | None]
TO_TEXT = ("str", "repr", "format", "join")
PRINT, STDOUT = builtins.print, sys.stdout  # as they were before any submission
PARTS = ast.JoinedStr | ast.FormattedValue | ast.Tuple | ast.List | ast.BinOp


def is_to_be_printed(frame: FrameType, names: dict[str, Any]) -> bool:
    """Tell whether a frame of a file is at a place where text is made for `print` alone."""
    if "print" in names or builtins.print is not PRINT:  # one of its own, which may do anything
        return False
    if sys.stdout is not STDOUT:  # what is printed can be read again
        return False
    positions = islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
    line, end_line, column, end_column = next(positions, (None, None, None, None))
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    return (line, column, end_line, end_column) in _printed_places(source)


@functools.lru_cache(maxsize=8)
def _printed_places(source: str) -> frozenset[Span]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    if any(_binds_print(node) for node in ast.walk(tree)):
        return frozenset()
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return frozenset(
        span
        for statement in calls
        if _called(statement.value) == "print" and not _goes_elsewhere(statement.value)
        for span in _texts(statement.value)
    )


def _binds_print(node: ast.AST) -> bool:
    named = getattr(node, "id", None) == "print" and not isinstance(
        getattr(node, "ctx", None), ast.Load
    )
    return named or "print" in (getattr(node, "arg", None), getattr(node, "name", None))


def _called(node: ast.AST) -> str:
    """Return the name of what is called, or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _goes_elsewhere(call: ast.expr) -> bool:
    """Tell whether something is printed to a file that is named, from which it can be read."""
    keywords = call.keywords if isinstance(call, ast.Call) else ()
    return any(keyword.arg in ("file", None) for keyword in keywords)


def _texts(node: ast.AST) -> Iterator[Span]:
    """Yield the place of a node that makes text, and of those in it whose text is all they make."""
    if isinstance(node, ast.expr):
        yield node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
    inside: list[ast.AST] = []
    if isinstance(node, ast.Call):
        inside = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, PARTS):
        inside = list(ast.iter_child_nodes(node))
    for one in inside:
        plain = isinstance(
            one, ast.JoinedStr | ast.FormattedValue | ast.Tuple | ast.List | ast.BinOp
        )
        if plain or _called(one) in TO_TEXT:
            yield from _texts(one)
