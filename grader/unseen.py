"""Tells from a file's text whether it may reach sizes or values in a way that a trace does not see.

A trace follows comparisons and sees what is looked up. It does not see two things being the same
object, nor what a type says, nor an exception that is caught.
"""

from __future__ import annotations

import ast

from grader.text import parse_python

SEEN_APART = frozenset(("Tracer", "int", "integer", "Integral", "Number", "ShapedArray"))
NAMES = frozenset(("id", "type", "hasattr", "eval", "exec", "globals", "vars"))


def may_go_unseen(source: str) -> bool:
    """Tell whether a function in the file has such a thing in it; so has one that is not parsed."""
    tree = parse_python(source)
    if tree is None:
        return True
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    return any(_is_unseen(node) for function in functions for node in ast.walk(function))


def _is_unseen(node: ast.AST) -> bool:
    if isinstance(node, ast.Try | ast.TryStar):
        return True
    if isinstance(node, ast.Compare):
        pairs = zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)
        return any(
            isinstance(operator, ast.Is | ast.IsNot)
            and not any(isinstance(one, ast.Constant) for one in (left, right))
            for left, operator, right in pairs
        )
    if isinstance(node, ast.Call) and _name(node.func) == "isinstance":
        return any(_name(one) in SEEN_APART for one in ast.walk(node))
    return isinstance(node, ast.Call) and _name(node.func) in NAMES


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))
