"""What an outcome is called: the line and the gist of an exception come first."""

from __future__ import annotations

import pytest

from grader.messages import (
    describe_exception,
    describe_load,
    describe_raise,
    gist_of,
    hint_on_raising,
)
from grader.observation import Line, NotLoaded, Raised

DUMP = """Linen transformations must be applied to Modules classes or functions. The provided
target is not a Module class or callable: Dense(
    # attributes
    features = 4
    kernel_init = init
)"""


@pytest.mark.parametrize(
    ("message", "gist"),
    [
        ("no", "no"),
        (DUMP, "Linen transformations must be applied to Modules classes or functions."),
        ('None needs PRNG for "params" (https://flax.example/x#y)', 'None needs PRNG for "params"'),
        ("Incompatible shapes. Got (2,) and (3,)", "Incompatible shapes. Got (2,) and (3,)"),
        ("\n  indented\n", "indented"),
        ("", ""),
    ],
)
def test_the_gist_of_a_message_is_its_first_sentence_that_says_something(
    message: str, gist: str
) -> None:
    assert gist_of(message) == gist


def test_the_gist_of_a_long_sentence_is_cut_between_words() -> None:
    gist = gist_of("word " * 1000)
    assert len(gist) <= 304
    assert gist.endswith("word ...")


def test_the_line_comes_first_and_what_was_meant_last() -> None:
    raised = Raised("AttributeError", "no attribute 'vmapp'", (Line(7, "f"),), suggestion="vmap")
    says = describe_raise(raised)
    assert says == "line 7: AttributeError: no attribute 'vmapp'. Did you mean: 'vmap'?"
    refused = describe_load(NotLoaded("import", raised), "f", ["x"])
    assert refused.startswith("line 7: importing the file raised AttributeError: ")


def test_an_unknown_name_may_not_be_imported() -> None:
    says = describe_exception(Raised("NameError", "name 'nn' is not defined"))
    assert says == "NameError: name 'nn' is not defined. Did you forget to import or define it?"


@pytest.mark.parametrize(
    ("raised", "hint"),
    [
        (Raised("NameError", "name 'nn' is not defined"), "add `from flax import linen as nn`"),
        (Raised("NameError", "name 'foo' is not defined", lines=(Line(3, "foo"),)), "line 3"),
        (Raised("ValueError", "no", lines=(Line(7, "x"),)), "what line 7 works on"),
        (Raised("ValueError", None), ""),
    ],
)
def test_an_exception_without_a_name_for_the_mistake_has_a_hint_all_the_same(
    raised: Raised, hint: str
) -> None:
    assert hint in hint_on_raising(raised)
