"""Text from elsewhere made safe to show: no control characters, bounded, the same every run."""

from __future__ import annotations

import ast
import re
import unicodedata
from difflib import get_close_matches

# An object's address differs from run to run and helps nobody.
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
# Cc controls, Cf formats (among them the bidirectional overrides), Cs surrogates, Zl and Zp.
# Co and Cn have no picture that all agree on.
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters, marks and a symbol that show nothing: fillers, joiners, variation selectors.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0]"
)
NOT_PLAIN = re.compile(r"[^\n\t\x20-\x7e]")
# What CI systems obey in a log: the first at the start of a line, the second anywhere in one.
COMMAND = re.compile(r"^([^\S\n]*)(?=::|##vso\[)", re.MULTILINE)
OLD_COMMAND = "##["
LONGEST_PARSED = 100_000  # characters
OWN_COMMAND = re.compile(r"`grader(?=\s+[a-z-])")


def legible(text: str, max_characters: int = 4000) -> str:
    """Return `text` with everything that could steer a terminal written out as an escape."""
    cut = text[:max_characters]
    safe = NOT_PLAIN.sub(lambda found: _escape(found[0]), cut.replace("\r\n", "\n"))
    safe = safe.replace(OLD_COMMAND, "##\\[")
    left = len(text) - len(cut)
    return safe + (f"... ({left} more characters)" if left else "")


def legible_line(text: str, max_characters: int = 300) -> str:
    """Return `text` made safe and on one line, with its white space folded."""
    return " ".join(legible(text[: max_characters * 4], max_characters * 4).split())[
        :max_characters
    ]


def legible_path(path: str) -> str:
    """Return a path made safe; one without control characters or the like is left as it is."""
    return legible(path).replace("\n", "\\n").replace("\t", "\\t")


def without_commands(text: str) -> str:
    """Return what is to be printed with no line that a CI system would take for a command."""
    return COMMAND.sub(r"\1\\", text)


def naming(command: str, text: str) -> str:
    """Return `text` with the commands of ours in it, in backticks, as they can be typed here."""
    return OWN_COMMAND.sub(lambda _: f"`{command}", text)


def mask_addresses(text: str) -> str:
    """Replace every object address, as in ``<object at 0x7f...>``, by ``0x...``."""
    return ADDRESS.sub("0x...", text)


def _escape(character: str) -> str:
    if unicodedata.category(character) not in UNSAFE and not INVISIBLE.match(character):
        return character
    return character.encode("unicode_escape").decode("ascii")


def parse_python(source: str) -> ast.Module | None:
    """Return a submission's source as a tree; None where it is not Python, too deep or too long.

    Nobody writes so much by hand; a megabyte of comparisons takes ten seconds.
    """
    if len(source) > LONGEST_PARSED:
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def did_you_mean(word: str, known: list[str]) -> str:
    """Return ``, did you mean X?`` for the nearest of `known`, or nothing."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f", did you mean {near[0]}?" if near else ""


def count(number: int, noun: str) -> str:
    """Return ``1 case`` or ``3 cases``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
