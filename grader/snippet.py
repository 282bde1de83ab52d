"""Writes a Python snippet that shows a counterexample with the learner's file and no judge."""

from __future__ import annotations

import numpy as np

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE
from grader.compare import Array
from grader.spec import ArgumentSpec, CheckName, ProblemSpec

HEAD = """\
import importlib.util
import sys

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

np.set_printoptions(precision=9)  # enough to tell any two float32s apart
spec = importlib.util.spec_from_file_location("submission", {path!r})
submission = importlib.util.module_from_spec(spec)
sys.modules["submission"] = submission  # dataclasses look their own module up there
spec.loader.exec_module(submission)


def describe(value):
    kind = getattr(value, "dtype", type(value).__name__)
    return f"{{kind}} {{getattr(value, 'shape', '')}}\\n{{value}}"


"""
WATCH = """\


seen = []


def watch(name):
    plain = getattr(nn.Module, name)

    def watched(module, *args, **kwargs):
        result = plain(module, *args, **kwargs)
        given = args[0] if args else kwargs.get("variables")
        variables = given if name == "apply" else result[1]
        shapes = jax.tree.map(lambda leaf: getattr(leaf, "shape", type(leaf)), variables)
        seen.append(name)
        print(type(module).__name__, name, shapes)
        return result

    setattr(nn.Module, name, watched)


watch("init_with_output")  # init calls it too
watch("apply")
answer = submission.{call}
if not seen:
    print("no flax.linen layer was initialised or applied")
"""
TWICE = """\

once = describe(submission.{call})
again = describe(submission.{call})
print("once ", once)
print("again", again)
if once == again:
    print("Equal this time: in another order or in another process they differed.")
"""
BOTH = """\

yours = describe(submission.{call})
print("got     ", yours)
expected = describe({expected})
print("expected", expected)
if yours == expected:
    print("Equal this time: the failure depends on something besides the inputs.")
"""
ALONE = """\

print("got     ", describe(submission.{call}))
"""


def write_snippet(
    spec: ProblemSpec, path: str, case: Case, check: CheckName, expected: Array | None
) -> str:
    """Return the snippet; for a check of structure it prints the shapes of all variables."""
    arguments = "".join(f"{a.name} = {_literal(a, case)}\n" for a in spec.arguments)
    call = f"{spec.entry_point}({', '.join(a.name for a in spec.arguments)})"
    head = HEAD.format(path=path) + arguments
    if check in ABOUT_STRUCTURE:
        return head + WATCH.format(call=call)
    if check == "determinism":
        return head + TWICE.format(call=call)
    if expected is None:
        return head + ALONE.format(call=call)
    return head + BOTH.format(call=call, expected=_array(expected))


def _literal(argument: ArgumentSpec, case: Case) -> str:
    value = case.arguments[argument.name]
    if not isinstance(value, np.ndarray):
        return repr(value)
    return f"jnp.asarray({_array(value)})" if argument.kind == "jax" else _array(value)


def _array(array: Array) -> str:
    text = _entries(array.tolist())
    return f'np.array({text}, dtype="{array.dtype.name}").reshape({array.shape})'


def _entries(value: object) -> str:
    """Return nested lists as Python text, in which NaN and the infinities are np.nan, np.inf."""
    if isinstance(value, list):
        return "[" + ", ".join(_entries(entry) for entry in value) + "]"
    text = repr(value)
    for name in ("nan", "inf"):
        if text.lstrip("-") == name:
            return text.replace(name, f"np.{name}")
    return text
