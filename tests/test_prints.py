"""What is made text for `print` alone is told from all other text, by the place of a frame."""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from grader.worker import prints
from grader.worker.prints import is_to_be_printed

NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def stdout_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the module of pytest's own standard output, which is another for each test."""
    monkeypatch.setattr(prints, "STDOUT", sys.stdout)


class Size:
    """Notes whether whoever makes text of it does so to print."""

    def __init__(self, filename: str, names: dict[str, Any]) -> None:
        self._filename, self._names, self.found = filename, names, list[bool]()

    def _note(self) -> str:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != self._filename:
            frame = frame.f_back
        assert frame is not None
        self.found.append(is_to_be_printed(frame, self._names))
        return "5"

    def __str__(self) -> str:
        return self._note()

    def __repr__(self) -> str:
        return self._note()

    def __format__(self, _: str) -> str:
        return self._note()

    def __hash__(self) -> int:
        self._note()
        return 5


def noted(folder: Path, body: str, head: str = "") -> list[bool]:
    """Run a function of `size` in a file of its own; return what was noted of its text."""
    path = folder / f"learner_{next(NUMBERS)}.py"
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    path.write_text(f"{head}\ndef f(size):\n{lines}", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    size = Size(str(path), names)
    names["f"](size)
    return size.found


@pytest.mark.parametrize(
    "body",
    [
        "print(size)",
        "print('size', size)",
        "print((2, size), [size])",
        "print(f'size {size}')",
        "print(f'size {size:>4} {size!r}')",
        "print('size %s' % size)",
        "print('size ' + str(size))",
        "print('size {}'.format(size))",
        "print(', '.join([str(size), 'x']))",
        "print(repr(size), end=str(size))",
        "print(\n    'a',\n    f'{size}',\n)",
    ],
)
def test_what_is_printed_is_noted_as_such(tmp_path: Path, body: str) -> None:
    found = noted(tmp_path, body)
    assert found
    assert all(found)


@pytest.mark.parametrize(
    "body",
    [
        "return str(size)",
        "return f'{size}'",
        "return {5: 1}.get(size)",
        "text = f'{size}'; print(text)",
        "print({'5': 1}[str(size)])",
        "print(0 if f'{size}' == '5' else 1)",
        "print(float(str(size)))",
        "print(text := str(size))",
        "print(len(f'{size}'))",
        "return print(f'{size}')",
        "print([str(size) for _ in 'a'])",
        "print((lambda: str(size))())",
        "log = print; log(f'{size}')",
        "print(size, file=__import__('io').StringIO())",
        "print(size, **{'file': __import__('io').StringIO()})",
    ],
)
def test_what_is_made_for_something_else_too_is_not(tmp_path: Path, body: str) -> None:
    found = noted(tmp_path, body)
    assert found
    assert not any(found)


@pytest.mark.parametrize(
    "head",
    [
        "def print(*values): return values",
        "from builtins import str as print",
        "print = lambda *values, **more: str(values)",
        "def g(print): pass",
        "import builtins; globals()['print'] = lambda *values: values",
    ],
)
def test_a_print_of_ones_own_may_do_anything(tmp_path: Path, head: str) -> None:
    assert not any(noted(tmp_path, "print(f'{size}')", head))


def test_what_is_printed_where_it_can_be_read_again_is_not(tmp_path: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        assert noted(tmp_path, "print(size)") == [False]


def test_where_print_itself_is_another_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.print", lambda *values: [str(one) for one in values])
    assert not any(noted(tmp_path, "print(size)"))


def test_two_texts_in_one_line_are_told_apart(tmp_path: Path) -> None:
    assert noted(tmp_path, "print(f'{size}'); kept = f'{size}'; print(str(size))") == [
        True,
        False,
        True,
    ]


def test_a_file_that_is_gone_prints_nothing(tmp_path: Path) -> None:
    head = "import os, linecache\nos.remove(__file__) if '__file__' in globals() else None"
    names: dict[str, Any] = {}
    exec(compile(f"{head}\ndef f(size):\n    print(str(size))\n", "/gone.py", "exec"), names)
    size = Size("/gone.py", names)
    names["f"](size)
    assert size.found == [False]
