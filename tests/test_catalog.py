"""Problems are found with their twins; a name that is not one is guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from test_spec import MINIMAL

from grader.catalog import Course, choose_problem, find_course
from grader.errors import SpecError, UsageError


def add(root: Path, name: str, entry_point: str = "f", position: int = 0) -> Path:
    """Write a problem and its twin, and return the problem's folder."""
    folder, reference = root / "problems" / name, root / "reference" / name
    folder.mkdir(parents=True)
    reference.mkdir(parents=True)
    spec = MINIMAL.replace('entry_point = "f"', f'entry_point = "{entry_point}"')
    (folder / "problem.toml").write_text(f"position = {position}\n{spec}")
    for path in (folder / "statement.md", folder / "starter.py", folder / "cases.py"):
        path.touch()
    (reference / "solution.py").touch()
    return folder


def test_the_nearest_course_upwards_is_found(tmp_path: Path) -> None:
    outer, inner = tmp_path, tmp_path / "inner"
    for root in (outer, inner):
        add(root, "one")
    deep = inner / "submissions" / "one"
    deep.mkdir(parents=True)
    assert find_course(start=deep) == Course(inner.resolve())
    assert find_course(start=outer) == Course(outer.resolve())


def test_a_folder_with_problems_alone_is_no_course(tmp_path: Path) -> None:
    add(tmp_path, "one")
    half = tmp_path / "half"
    (half / "problems").mkdir(parents=True)
    assert find_course(start=half) == Course(tmp_path.resolve())


def test_without_a_course_upwards_the_shipped_one_is_taken(tmp_path: Path) -> None:
    assert "nn_vmap_forward" in find_course(start=tmp_path).names()


def test_a_root_that_is_named_wins(tmp_path: Path) -> None:
    add(tmp_path, "one")
    assert find_course(tmp_path, start=ROOT) == Course(tmp_path.resolve())


def test_a_root_that_holds_no_course_is_refused(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match=r"--root .*: has no problems/ and reference/"):
            find_course(root)


def test_a_problem_is_found_with_all_its_files(tmp_path: Path) -> None:
    folder = add(tmp_path, "one")
    found = Course(tmp_path).problem("one")
    assert (found.name, found.folder) == ("one", folder)
    assert found.solution == tmp_path / "reference" / "one" / "solution.py"


def test_an_unknown_problem_is_guessed(tmp_path: Path) -> None:
    add(tmp_path, "vmap_forward")
    add(tmp_path, "other")
    with pytest.raises(UsageError, match="no problem 'vmap_foward', did you mean vmap_forward"):
        Course(tmp_path).problem("vmap_foward")


def test_without_a_guess_the_problems_are_listed(tmp_path: Path) -> None:
    add(tmp_path, "two")
    add(tmp_path, "one")
    with pytest.raises(UsageError, match="no problem 'xyz'; known: one, two"):
        Course(tmp_path).problem("xyz")


@pytest.mark.parametrize("name", ["../problems/one", ".", "", "one/", "/etc"])
def test_a_name_is_never_followed_as_a_path(tmp_path: Path, name: str) -> None:
    add(tmp_path, "one")
    with pytest.raises(UsageError, match="there is no problem"):
        Course(tmp_path).problem(name)


def test_a_folder_without_a_contract_is_no_problem(tmp_path: Path) -> None:
    add(tmp_path, "one")
    (tmp_path / "problems" / "notes").mkdir()
    assert Course(tmp_path).names() == ["one"]


@pytest.mark.parametrize("file", ["statement.md", "starter.py", "cases.py"])
def test_an_incomplete_problem_is_the_authors_fault(tmp_path: Path, file: str) -> None:
    (add(tmp_path, "one") / file).unlink()
    with pytest.raises(SpecError, match=f"{file}: is missing"):
        Course(tmp_path).problem("one")


def test_a_missing_twin_is_the_authors_fault(tmp_path: Path) -> None:
    add(tmp_path, "one")
    (tmp_path / "reference" / "one" / "solution.py").unlink()
    (tmp_path / "reference" / "one").rmdir()
    with pytest.raises(SpecError, match=r"solution\.py: is missing"):
        Course(tmp_path).problem("one")


def test_problems_come_in_the_order_of_teaching(tmp_path: Path) -> None:
    for name, position in (("a", 3), ("b", 1), ("d", 2), ("c", 2)):
        add(tmp_path, name, position=position)
    assert [problem.name for problem in Course(tmp_path).problems()] == ["b", "c", "d", "a"]


# --- which problem a submission answers


@pytest.fixture
def two(tmp_path: Path) -> Course:
    """A course of two problems with entry points of their own."""
    add(tmp_path, "one", "first")
    add(tmp_path, "two", "second")
    return Course(tmp_path)


def test_the_problem_that_is_named_wins(two: Course) -> None:
    path = two.root / "submissions" / "two" / "x.py"
    assert choose_problem(two, "one", path, "def second(): ...").name == "one"


def test_a_problem_that_is_named_wrongly_is_not_replaced_by_another(two: Course) -> None:
    with pytest.raises(UsageError, match="no problem 'three'"):
        choose_problem(two, "three", two.root / "one" / "x.py", "def first(): ...")


def test_the_folder_names_the_problem(two: Course) -> None:
    path = two.root / "submissions" / "two" / "x.py"
    assert choose_problem(two, None, path, "def first(): ...").name == "two"


def test_a_path_relative_to_the_folder_names_the_problem_too(
    two: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = two.root / "submissions" / "two"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert choose_problem(two, None, Path("x.py"), "").name == "two"


def test_of_all_folders_above_a_file_the_nearest_named_after_a_problem_counts(two: Course) -> None:
    path = two.root / "submissions/one/two/alice/solution.py"
    assert choose_problem(two, None, path, "def first(): ...").name == "two"


def test_what_the_courses_own_folder_is_called_says_nothing(tmp_path: Path) -> None:
    add(tmp_path / "one", "one", "first")
    add(tmp_path / "one", "two", "second")
    path = tmp_path / "one/mine/x.py"
    assert choose_problem(Course(tmp_path / "one"), None, path, "def second(): ...").name == "two"


def test_the_entry_point_names_the_problem(two: Course) -> None:
    assert choose_problem(two, None, Path("/x.py"), "def second(): ...").name == "two"


def test_several_entry_points_leave_a_choice_that_is_listed(two: Course) -> None:
    source = "def first(): ...\n\ndef second(): ...\n"
    with pytest.raises(UsageError, match=r"/x.py .*--problem with one of these: one, two\.$"):
        choose_problem(two, None, Path("/x.py"), source)


def test_no_entry_point_leaves_a_choice_that_is_listed(two: Course) -> None:
    with pytest.raises(UsageError, match=r"/x.py .*--problem with one of these: one, two\.$"):
        choose_problem(two, None, Path("/x.py"), "x = 1\n")


def test_only_what_fits_is_listed(two: Course) -> None:
    add(two.root, "three", "first")
    with pytest.raises(UsageError, match=r"--problem with one of these: one, three\.$"):
        choose_problem(two, None, Path("/x.py"), "def first(): ...")
