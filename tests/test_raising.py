"""A worker suggests the name that was meant, and runs none of a submission's code for it."""

from __future__ import annotations

import types
from typing import Any

import pytest

from grader.worker.raising import describe_exception

called: list[str] = []


class Spy:
    """An object that takes note of everything that is asked of it."""

    vmap = 1

    def __dir__(self) -> list[str]:
        called.append("dir")
        return ["vmapp_"]

    def __getattr__(self, name: str) -> object:
        called.append(name)
        raise AttributeError(f"no attribute {name!r}", name=name, obj=self)


def raised_by(source: str, **names: Any) -> dict[str, Any]:
    try:
        exec(compile(source, "x.py", "exec"), names)
    except Exception as error:
        return describe_exception(error, "x.py", lambda _: None)
    raise AssertionError(source)


def module() -> types.ModuleType:
    made = types.ModuleType("m")
    exec("def vmap(target, variable_axes=None, *, split_rngs=None): ...", made.__dict__)
    return made


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("m.vmapp(1)", "vmap"),
        ("m.entirely_else", ""),
        ("m.vmap(1, varaible_axes=2)", "variable_axes"),
        ("m.vmap(1, split_rng=2)", "split_rngs"),
        ("m.vmap(1, nothing_like_it=2)", ""),
        ("x_batch = 1\nx_bathc", "x_batch"),
        ("def f(features):\n    return featuers\nf(1)", "features"),
        ("prnt(1)", "print"),
        ("nn.vmap", ""),
        ("raise KeyError('vmapp')", ""),
    ],
)
def test_the_name_that_was_meant_is_suggested(source: str, meant: str) -> None:
    said = raised_by(source, m=module())
    assert meant in (said["suggestion"], _by_python(said["message"]))


def _by_python(message: str) -> str:
    """Return what Python 3.13 suggests of a keyword by itself."""
    return message.rpartition("Did you mean '")[2].partition("'")[0]


def test_nothing_of_the_submission_is_called_for_a_suggestion() -> None:
    called.clear()
    assert raised_by("spy.vmapp", spy=Spy())["suggestion"] == "vmap"
    assert called == ["vmapp"]


@pytest.mark.parametrize("name", [7, "v" * 10_000, "", None])
def test_a_forged_name_is_no_name(name: object) -> None:
    error = AttributeError("forged")
    error.name, error.obj = name, module()  # type: ignore[assignment]
    assert describe_exception(error, "x.py", lambda _: None)["suggestion"] == ""


def test_names_of_another_kind_of_dictionary_are_not_read() -> None:
    class Names(dict[str, Any]):
        def __iter__(self) -> Any:
            called.append("iter")
            return super().__iter__()

        keys = items = __iter__

    called.clear()
    with pytest.raises(NameError) as caught:
        exec("x_bathc", {}, Names(x_batch=1))
    assert describe_exception(caught.value, "x.py", lambda _: None)["suggestion"] == ""
    assert called == []
