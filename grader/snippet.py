"""Writes a Python snippet that shows a counterexample with the learner's file and no judge."""

from __future__ import annotations

import numpy as np

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE
from grader.compare import Array
from grader.spec import ArgumentSpec, CheckName, ProblemSpec

HEAD = """\
import importlib.util

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

spec = importlib.util.spec_from_file_location("submission", {path!r})
submission = importlib.util.module_from_spec(spec)
spec.loader.exec_module(submission)

"""
WATCH = """\


def watch(name):
    plain = getattr(nn.Module, name)

    def watched(module, *args, **kwargs):
        result = plain(module, *args, **kwargs)
        variables = args[0] if name == "apply" else result[1]
        print(type(module).__name__, name, jax.tree.map(jnp.shape, variables))
        return result

    setattr(nn.Module, name, watched)


watch("init_with_output")  # init calls it too
watch("apply")
answer = submission.{call}
"""


def write_snippet(
    spec: ProblemSpec, path: str, case: Case, check: CheckName, expected: Array | None
) -> str:
    """Return the snippet; for a check of structure it prints the shapes of all variables."""
    lines = [HEAD.format(path=path)]
    lines += [f"{a.name} = {_literal(a, case)}\n" for a in spec.arguments]
    call = f"{spec.entry_point}({', '.join(a.name for a in spec.arguments)})"
    if check in ABOUT_STRUCTURE:
        lines.append(WATCH.format(call=call))
        return "".join(lines)
    lines.append(f"\nanswer = submission.{call}\n")
    if check == "determinism":
        lines.append(f"again = submission.{call}\n")
        lines.append('print("once ", answer)\nprint("again", again)\n')
        return "".join(lines)
    lines.append('print("got     ", type(answer), np.shape(answer))\nprint(answer)\n')
    if expected is not None:
        lines.append(f'print("expected", {expected.shape}, "{expected.dtype.name}")\n')
        lines.append(f"print({_array(expected)})\n")
    return "".join(lines)


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
