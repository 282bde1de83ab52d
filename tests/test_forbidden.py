"""What a box does not offer is told as such, and nothing else is."""

from __future__ import annotations

import errno

import pytest

from grader.forbidden import House, find_forbidden
from grader.isolation import Level
from grader.observation import Raised

WALLED = House(Level.KERNEL, ("einops",))
MISSING = "No module named {!r}"


def told(raised: Raised, house: House = WALLED) -> str:
    found = find_forbidden(raised, house)
    return found.reason if found is not None else ""


@pytest.mark.parametrize(
    ("raised", "word"),
    [
        (Raised("ModuleNotFoundError", MISSING.format("torch")), "not among the modules"),
        (Raised("ModuleNotFoundError", MISSING.format("torch.nn")), "torch is not among"),
        (Raised("ModuleNotFoundError", MISSING.format("einops")), "not installed"),
        (Raised("ImportError", "attempted relative import with no known parent"), "one file"),
        (Raised("EOFError", "EOF when reading a line"), "input()"),
        (Raised("gaierror", "[Errno -3] no name"), "network"),
        (
            Raised("FileNotFoundError", "[Errno 2] No such file or directory: 'a.txt'", errno=2),
            "keeps none: a.txt",
        ),
        (
            Raised("OSError", "[Errno 30] Read-only file system: 'b'", errno=errno.EROFS),
            "written to disk: b",
        ),
        (
            Raised("FileNotFoundError", "[Errno 2] no: 'ls'", errno=2, module="subprocess.py"),
            "no programs",
        ),
        (
            Raised("PermissionError", "[Errno 1] no", errno=errno.EPERM, module="socket.py"),
            "network",
        ),
    ],
)
def test_what_a_box_does_not_offer_is_named(raised: Raised, word: str) -> None:
    assert word in told(raised)


@pytest.mark.parametrize(
    "raised",
    [
        Raised("ModuleNotFoundError", MISSING.format("jax.nowhere")),
        Raised("ModuleNotFoundError", MISSING.format("json.nowhere")),
        Raised("ImportError", "cannot import name 'Dens' from 'flax.linen'"),
        Raised("EOFError", "mine"),
        Raised("FileNotFoundError", "raised by the submission itself"),
        Raised("PermissionError", "mine"),
        Raised("ValueError", "[Errno 1] Operation not permitted"),
    ],
    ids=repr,
)
def test_an_exception_of_the_submissions_own_is_not_blamed_on_the_box(raised: Raised) -> None:
    assert told(raised) == ""


def test_where_there_are_no_walls_a_missing_file_is_a_missing_file() -> None:
    raised = Raised("FileNotFoundError", "[Errno 2] No such file or directory: 'a'", errno=2)
    assert told(raised, House(Level.PROCESS)) == ""


def test_without_a_course_file_a_missing_module_is_said_to_be_missing_there() -> None:
    raised = Raised("ModuleNotFoundError", MISSING.format("torch"))
    assert "there is no module torch" in told(raised, House(Level.KERNEL))
