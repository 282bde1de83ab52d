"""A path may be anything: what is no file is the user's fault, what is no Python the file's."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.catalog import Problem
from grader.errors import UnreadableError
from grader.submission import MAX_BYTES, Submission, defines, read_submission, same_code
from grader.text import naming

LAWS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, content: bytes) -> Submission:
    path = folder / "file.py"
    path.write_bytes(content)
    return read_submission(path)


def refusal(folder: Path, content: bytes) -> str:
    found = read(folder, content).refusal
    assert found is not None
    return found


# --- the path is at fault


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"no\.py: there is no such file"):
        read_submission(tmp_path / "no.py")


def test_a_folder_is_unreadable_and_the_file_inside_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is a folder; name the"):
        read_submission(tmp_path)


def test_a_path_through_a_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file.py").touch()
    with pytest.raises(UnreadableError, match="cannot be opened: Not a directory"):
        read_submission(tmp_path / "file.py" / "x.py")


def test_a_pipe_is_unreadable_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_submission(tmp_path / "pipe.py")


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_unreadable(device: str) -> None:
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_submission(Path(device))


@pytest.mark.parametrize("target", ["/dev/zero", "link.py", "nothing.py", "other.py"])
def test_a_link_is_unreadable_wherever_it_leads(tmp_path: Path, target: str) -> None:
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to(target)
    with pytest.raises(UnreadableError, match="is a link; name the file that it leads to"):
        read_submission(tmp_path / "link.py")


@pytest.mark.parametrize("later", ["a pipe", "a link", "another file"])
def test_what_a_path_becomes_once_it_is_open_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    path, look = tmp_path / "x.py", os.fstat
    path.write_text("x = 1\n")

    def swap(descriptor: int) -> os.stat_result:
        path.unlink()
        if later == "a pipe":
            os.mkfifo(path)
        elif later == "a link":
            path.symlink_to("/dev/zero")
        else:
            path.write_text("y = 2\n")
        return look(descriptor)

    monkeypatch.setattr(os, "fstat", swap)
    assert read_submission(path).source == "x = 1\n"


def test_a_socket_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.py")
        with pytest.raises(UnreadableError):
            read_submission(Path("s.py"))


@pytest.mark.parametrize("name", ["a\0b.py", "a" * 5000])
def test_a_path_that_no_system_takes_is_unreadable(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be opened"):
        read_submission(tmp_path / name)


def test_a_path_with_control_characters_is_shown_escaped(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"\\x1b\[31m\.py: there is no such file"):
        read_submission(tmp_path / "\x1b[31m.py")
    path = tmp_path / "\u202e.py"
    path.write_text("x = 1\n")
    assert read_submission(path).name.endswith("\\u202e.py")


# --- the content is at fault


@pytest.mark.parametrize("content", [b"", b" \t\r\n\f\v\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_nothing_but_white_space_is_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "the file is empty"


def test_a_byte_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    text = refusal(tmp_path, "ok = 'é'\nx = '".encode() + b"\xe9'\n")
    assert text == "the file is not UTF-8: byte 0xe9 on line 2"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, line_end: bytes) -> None:
    assert refusal(tmp_path, b"a" + line_end + b"b" + line_end + b"\xff").endswith("on line 3")
    assert " on line 3;" in refusal(tmp_path, b"a" + line_end + b"b" + line_end + b"\0")


def test_a_nul_byte_is_named_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a = 1\nb = '\0'\n").startswith("the file has a NUL byte on line 2")


def test_utf16_is_refused(tmp_path: Path) -> None:
    assert "save it as plain UTF-8" in refusal(tmp_path, "x = 1\n".encode("utf-16"))


def test_a_lone_surrogate_is_not_utf8(tmp_path: Path) -> None:
    assert "not UTF-8" in refusal(tmp_path, b"x = '\xed\xa0\x80'")


def test_a_file_of_one_mebibyte_is_read(tmp_path: Path) -> None:
    content = b"#" * (MAX_BYTES - 1) + b"\n"
    found = read(tmp_path, content)
    assert (found.refusal, len(found.source)) == (None, 1 << 20)


def test_a_file_of_a_byte_more_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"#" * (MAX_BYTES + 1)) == "the file is larger than 1 MiB"


def test_a_refused_file_has_no_source(tmp_path: Path) -> None:
    for content in (b"", b"\xff", b"\0", b"#" * (MAX_BYTES + 1)):
        assert read(tmp_path, content).source == ""


# --- nothing is at fault


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfx = 1\n").source == "x = 1\n"


def test_every_line_end_becomes_a_newline(tmp_path: Path) -> None:
    assert read(tmp_path, b"a\r\nb\rc\n\r\r\n").source == "a\nb\nc\n\n\n"


@pytest.mark.parametrize(
    "content",
    [b"x = 1\n", b"\xef\xbb\xbfa\r\nb\rc\n", b"", b"\xff\0", b"#" * MAX_BYTES],
    ids=["plain", "bom and line ends", "empty", "neither", "largest"],
)
def test_the_digest_is_of_the_bytes_on_disk(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content).sha256 == hashlib.sha256(content).hexdigest()


def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it(tmp_path: Path) -> None:
    content = b"#" * (MAX_BYTES + 2)
    assert read(tmp_path, content).sha256 == hashlib.sha256(content[:-1]).hexdigest()


@LAWS
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")))
def test_any_text_is_read_as_it_is(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text.encode())
    if found.refusal is None:
        assert found.source == text
    else:
        assert not text.strip()


@LAWS
@given(st.binary())
def test_any_bytes_are_a_source_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path, content)
    assert found.source == "" or found.refusal is None
    assert "\r" not in found.source
    assert "\0" not in found.source


# --- which function a file seems to define


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x\n",
        "import jax\n\nasync def f():\n    pass\n",
        "f = jax.jit(g)\n",
        "f: Callable = g\n",
        "def  f (x): ...",
    ],
)
def test_a_function_at_top_level_is_defined(source: str) -> None:
    assert defines(source, "f")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "    def f(x): ...\n",
        "# def f(x)\n",
        "def ff(x): ...\n",
        "def F(x): ...\n",
        "x = f(1)\n",
    ],
)
def test_anything_else_is_not_defined(source: str) -> None:
    assert not defines(source, "f")


def test_a_source_that_is_not_python_can_be_asked() -> None:
    assert defines("def f(x:\n  ((((", "f")


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("x = 1\n", True),
        ("# mine\nx  =  1  # really\n\n", True),
        ('"""Try `./run show x`."""\n\nx = 1\n', True),
        ("x = 1\n'mine'\n", True),
        ("x = 1; 'mine'\n", False),
        ("x = '1'\n", False),
        ("x = 2\n", False),
        ("x = 1\ny = 2\n", False),
        ("x = (\n", False),
        ("#\n" * 100_000 + "x = 1\n", False),
    ],
)
def test_remarks_and_white_space_are_no_change_of_the_code(one: str, same: bool) -> None:
    assert same_code(one, "x = 1\n") is same


def test_a_starter_is_known_under_any_name_of_the_command(problem: Problem) -> None:
    starter = problem.load_starter()
    assert naming("./run", starter) != starter
    assert same_code(naming("./run", starter), starter)
    assert not same_code(starter.replace("jnp.zeros", "jnp.ones"), starter)
