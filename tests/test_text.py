"""Text from elsewhere is shown safely, bounded, and the same every run."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.text import (
    count,
    did_you_mean,
    legible,
    legible_line,
    mask_addresses,
    without_commands,
)

LAWS = settings(max_examples=150)
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
LONGEST_ESCAPE = len("\\U000e0001")
nasty = st.text(
    st.characters(codec=None, categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "L", "N"])
)
any_text = st.text() | nasty


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\x1b", "\\x1b"),
        ("\x07", "\\x07"),
        ("\x00", "\\x00"),
        ("\x7f", "\\x7f"),
        ("\r", "\\r"),
        ("\x9b", "\\x9b"),
        ("\x85", "\\x85"),
        ("\u202e", "\\u202e"),
        ("\u2066", "\\u2066"),
        ("\u200b", "\\u200b"),
        ("\ufeff", "\\ufeff"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("\u3164", "\\u3164"),
        ("\u2800", "\\u2800"),
        ("\ue000", "\\ue000"),
    ],
)
def test_a_character_that_could_steer_a_terminal_is_escaped(character: str, shown: str) -> None:
    assert legible(f"a{character}b") == f"a{shown}b"
    assert legible_line(f"a{character}b") == f"a{shown}b"


def test_newline_tab_and_letters_of_any_language_are_kept() -> None:
    assert legible("é\t日本\n\U0001f600 \\x1b") == "é\t日本\n\U0001f600 \\x1b"


def test_a_windows_line_end_becomes_a_newline() -> None:
    assert legible("a\r\nb") == "a\nb"


@LAWS
@given(any_text, st.integers(0, 50))
def test_legible_text_has_no_unsafe_character_and_is_bounded(text: str, limit: int) -> None:
    shown = legible(text, limit)
    kept = shown.replace("\n", "").replace("\t", "")
    assert not {unicodedata.category(character) for character in kept} & UNSAFE
    assert len(shown) <= limit * LONGEST_ESCAPE + len("... (1000000 more characters)")
    shown.encode("utf-8")  # no lone surrogate is left


@LAWS
@given(any_text, st.integers(1, 50))
def test_a_legible_line_is_one_line_and_bounded(text: str, limit: int) -> None:
    shown = legible_line(text, limit)
    assert not {unicodedata.category(character) for character in shown} & UNSAFE
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1


@LAWS
@given(any_text)
def test_legible_text_stays_as_it_is(text: str) -> None:
    once = legible(text, 1000)
    assert legible(once, len(once)) == once


def test_what_was_cut_is_counted() -> None:
    assert legible("x" * 12, 10) == "x" * 10 + "... (2 more characters)"
    assert legible("x" * 10, 10) == "x" * 10


def test_an_address_is_masked() -> None:
    text = "<f at 0x7f3a5c0b9d60> and <g at 0x00007F3A5C0B9D60>"
    assert mask_addresses(text) == "<f at 0x...> and <g at 0x...>"


@pytest.mark.parametrize("text", ["0x1f", "0xff00", "x0x7f3a5c0b9d60", "7f3a5c0b9d60", "0xghijkl"])
def test_other_numbers_are_not_masked(text: str) -> None:
    assert mask_addresses(text) == text


@LAWS
@given(any_text)
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask_addresses(mask_addresses(text)) == mask_addresses(text)


def test_a_near_miss_is_guessed_and_anything_else_is_not() -> None:
    assert did_you_mean("nn_vmap_foward", ["x", "nn_vmap_forward"]) == (
        ", did you mean nn_vmap_forward?"
    )
    assert did_you_mean("solve", ["nn_vmap_forward"]) == ""
    assert did_you_mean("solve", []) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (1234567, "1,234,567 cases")],
)
def test_things_are_counted_in_singular_and_plural(number: int, text: str) -> None:
    assert count(number, "case") == text


@pytest.mark.parametrize(
    "line", ["::error::x", "  ::set-output name=a", "\u3000::add-mask::z", "\t##vso[task]x"]
)
def test_no_printed_line_is_a_command_to_ci(line: str) -> None:
    shown = without_commands(f"before\n{line}\nafter")
    assert not [one for one in shown.split("\n") if one.strip().startswith(("::", "##"))]
    assert shown.replace("\\", "") == f"before\n{line}\nafter"


def test_an_old_command_is_broken_wherever_it_stands() -> None:
    assert "##[" not in legible("see ##[set-env name=PATH]x")
    assert legible("x[::2], std::vector") == "x[::2], std::vector"
