"""Whatever a source does while it is loaded becomes a description; nothing of it is raised."""

from __future__ import annotations

from typing import Any

import pytest

from grader.worker.load import Wanted, load_entry
from grader.worker.raising import describe_exception


def load(source: str) -> dict[str, Any]:
    wanted = Wanted(source, "file.py", "loaded_by_a_test", "f", 2)
    announced: list[str] = []
    return load_entry(
        wanted, lambda error, name: describe_exception(error, name, announced.append)
    )[1]


@pytest.mark.parametrize(
    "source", ["x = " + "-" * 200_000 + "1", "x = 1" + "+1" * 100_000, "x" + ".y" * 100_000]
)
def test_a_source_that_is_nested_too_deeply_is_no_python(source: str) -> None:
    found = load(source)
    assert (found["kind"], found["raised"]["memory"]) == ("syntax", False)
    assert found["raised"]["message"] == "it is too deeply nested"


@pytest.mark.parametrize("error", ["MemoryError", "RecursionError"])
def test_the_same_error_while_it_is_executed_stays_what_it_is(error: str) -> None:
    found = load(f"raise {error}")
    assert (found["kind"], found["raised"]["type"]) == ("import", error)
    assert found["raised"]["memory"] is (error == "MemoryError")


ODD = {
    "globals()[3] = globals()[None] = globals()[b'f'] = print": "missing",
    "class E(Exception):\n  __class__ = property(lambda self: 1 / 0)\nraise E": "import",
    "class E(Exception):\n  __traceback__ = property(lambda self: 1 / 0)\nraise E": "import",
    "class E(SyntaxError):\n  filename = property(lambda self: 1 / 0)\nraise E": "import",
    "e = SyntaxError()\ne.filename, e.lineno = 'file.py', -3\nraise e": "import",
    "class S:\n  __signature__ = property(lambda self: exit())\nS.__call__ = f = S()": "loaded",
    "def f(x, y): pass\nf.__signature__ = 3": "loaded",
    "def f(x): pass\nf.__name__ = '\\x1b'": "arity",
    """
class Name(str):
    def __getitem__(self, place): raise ValueError
globals()[Name("x")] = print
""": "missing",
    """
import sys
class Module(type(sys)):
    __dict__ = property(lambda self: 1 / 0)
sys.modules[__name__].__class__ = Module
def f(x, y): pass
""": "loaded",
}


@pytest.mark.parametrize("source", ODD)
def test_an_odd_source_is_described(source: str) -> None:
    assert load(source)["kind"] == ODD[source]
