"""What a trace does not see is told from the text of a file, and nothing else is suspected."""

from __future__ import annotations

import pytest
from conftest import ROOT

from grader.unseen import may_go_unseen


def in_a_function(body: str) -> str:
    return "def f(x):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


@pytest.mark.parametrize(
    "body",
    [
        "try:\n    return float(x)\nexcept Exception:\n    return x",
        "try:\n    return x\nfinally:\n    print()",
        "return 1 if x.shape[0] is x.shape[1] else 2",
        "return x.shape[0] is not x.shape[1]",
        "return None is x is x.shape",
        "return isinstance(x, jax.core.Tracer)",
        "return isinstance(x.shape[0], int)",
        "return isinstance(x.shape[0], (str, numbers.Integral))",
        "return type(x.shape[0]).__name__",
        "return id(x)",
        "return hasattr(x, 'val')",
        "return eval('x')",
        "return vars(x)",
        "return (lambda y: type(y))(x)",
        "async def g():\n    return type(x)",
    ],
)
def test_what_tells_a_trace_from_a_call_is_noticed(body: str) -> None:
    assert may_go_unseen(in_a_function(body))


def test_an_except_star_is_noticed() -> None:
    assert may_go_unseen(in_a_function("try:\n    return x\nexcept* ValueError:\n    pass"))


@pytest.mark.parametrize(
    "body",
    [
        "return x + 1",
        "return 1 if x is None else 2",
        "return x is not ...",
        "return isinstance(x, list)",
        "return x.shape[0] == x.shape[1]",
        "return x.type + x.id",
    ],
)
def test_what_a_trace_follows_is_not(body: str) -> None:
    assert not may_go_unseen(in_a_function(body))


def test_what_no_function_does_is_done_before_there_are_sizes() -> None:
    assert not may_go_unseen("try:\n    import numpy\nexcept ImportError:\n    numpy = None\n")


@pytest.mark.parametrize("source", ["def f(:", "\0", "(" * 1000])
def test_a_file_that_is_not_parsed_is_suspected(source: str) -> None:
    assert may_go_unseen(source)


def test_the_example_is_not_suspected() -> None:
    path = ROOT / "submissions/nn_vmap_forward/example.py"
    assert not may_go_unseen(path.read_text(encoding="utf-8"))
