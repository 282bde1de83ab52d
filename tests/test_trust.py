"""Weak walls are for one's own files, and for others' only where the user says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import trust
from grader.errors import UsageError
from grader.isolation import Level
from grader.trust import require_trust


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one's own, where no answer is remembered yet."""
    monkeypatch.delenv("CI", raising=False)
    own = tmp_path.stat().st_uid or 1000  # whoever runs the tests, files are an ordinary account's
    monkeypatch.setattr("os.geteuid", lambda: own)
    monkeypatch.setattr(trust, "_owner", lambda _: own)
    monkeypatch.setattr(trust, "_memory", lambda: tmp_path / "state/own.json")
    folder = tmp_path / "course"
    (folder / "submissions/p").mkdir(parents=True)
    for name in ("mine.py", "other.py"):
        (folder / "submissions/p" / name).write_text("")
    (tmp_path / "elsewhere.py").write_text("")
    return folder


def mine(root: Path) -> Path:
    return root / "submissions/p/mine.py"


def yes(_: str) -> bool:
    return True


def no(_: str) -> bool:
    return False


def never(question: str) -> bool:
    raise AssertionError(question)


@pytest.mark.parametrize("level", [Level.KERNEL, Level.NAMESPACES])
def test_strong_walls_need_no_trust(level: Level, root: Path, tmp_path: Path) -> None:
    require_trust(level, [tmp_path / "elsewhere.py"], root, allowed=False, ask=never)


def test_any_file_is_graded_where_the_user_allows_it(root: Path, tmp_path: Path) -> None:
    files = [tmp_path / "elsewhere.py", mine(root)]
    require_trust(Level.PROCESS, files, root, allowed=True, ask=never)


def test_one_yes_is_remembered_for_the_course(root: Path) -> None:
    asked: list[str] = []

    def note(question: str) -> bool:
        asked.append(question)
        return True

    for _ in range(2):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=note)
    require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=None)
    assert len(asked) == 1
    assert "can do what you can do" in asked[0]


def test_a_no_is_not_remembered_and_nothing_is_graded(root: Path) -> None:
    for _ in range(2):
        with pytest.raises(UsageError, match="not graded, as it is not your own work"):
            require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=no)


def test_without_a_terminal_the_refusal_names_both_ways_out(root: Path) -> None:
    with pytest.raises(UsageError, match=r"once in a terminal, or give --allow-weak-isolation"):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=None)


def test_a_file_elsewhere_may_be_another_persons(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"elsewhere\.py: may be other people's"):
        require_trust(Level.PROCESS, [tmp_path / "elsewhere.py"], root, allowed=False, ask=never)


def test_several_files_are_a_class(root: Path) -> None:
    files = [mine(root), root / "submissions/p/other.py"]
    with pytest.raises(UsageError, match="2 files: may be other people's"):
        require_trust(Level.PROCESS, files, root, allowed=False, ask=never)


def test_in_ci_every_file_is_another_persons(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="may be other people's"):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=never)


def test_a_file_of_another_account_is_another_persons(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "_owner", lambda _: 4711)
    with pytest.raises(UsageError, match="may be other people's"):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=never)


def test_root_has_no_files_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(trust, "_owner", lambda _: 0)
    with pytest.raises(UsageError, match="may be other people's"):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=never)


def test_a_memory_that_cannot_be_read_or_written_only_asks_again(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    for _ in range(2):
        require_trust(Level.PROCESS, [mine(root)], root, allowed=False, ask=yes)
