"""A problem.toml is read strictly: what is not as described is refused with the key's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from grader.errors import SpecError
from grader.spec import Limits, load_spec

MINIMAL = """\
title = "T"
summary = "S"
entry_point = "f"
hints = ["H"]

[[arguments]]
name = "x"
kind = "jax"
dtype = "float32"
shape = ["B"]
range = [-1e4, 1e4]

[sizes]
B = [1, 9]

[tolerance]
kind = "exact"

[[criteria]]
id = "output"
title = "O"
check = "output"
points = 4
"""
SECOND = '[[criteria]]\nid = "values"\ntitle = "V"\ncheck = "values"\npoints = 6\n'


def refusal(folder: Path, text: str) -> str:
    path = folder / "problem.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert str(path) in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_a_complete_minimal_problem_loads_with_defaults(tmp_path: Path) -> None:
    (tmp_path / "problem.toml").write_text(MINIMAL + SECOND)
    spec = load_spec(tmp_path / "problem.toml")
    assert (spec.title, spec.entry_point, spec.hints) == ("T", "f", ("H",))
    assert spec.limits == Limits()
    assert [criterion.id for criterion in spec.criteria] == ["output", "values"]
    assert spec.max_points == 10


def test_every_problem_of_the_course_loads_and_pays_a_hundred_points() -> None:
    for path in (ROOT / "problems").glob("*/problem.toml"):
        assert load_spec(path).max_points == 100


def test_a_spec_cannot_be_changed(tmp_path: Path) -> None:
    (tmp_path / "problem.toml").write_text(MINIMAL)
    spec = load_spec(tmp_path / "problem.toml")
    with pytest.raises(ValueError, match="frozen"):
        spec.title = "other"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n[limits]\ncpu_secs = 1\n", "limits.cpu_secs: unknown key, did you mean cpu_seconds?"),
        ("\nhnt = 'x'\n", "criteria.0.hnt: unknown key, did you mean hint?"),
        ("\n[zzz]\n", "zzz: unknown key"),
    ],
)
def test_an_unknown_key_is_refused_with_a_guess(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, MINIMAL + text) == said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('title = "T"', "title = 3", "title"),
        ('title = "T"', 'title = ""', "title"),
        ('entry_point = "f"', 'entry_point = "not a name"', "entry_point"),
        ('hints = ["H"]', "hints = []", "hints"),
        ("points = 4", "points = -1", "criteria.0.points"),
        ("points = 4", "points = 'many'", "criteria.0.points"),
        ('check = "output"', 'check = "looks"', "criteria.0.check"),
        ('id = "output"', 'id = "Output 1"', "criteria.0.id"),
        ('kind = "exact"', 'kind = "loose"', "tolerance.kind"),
        ('kind = "exact"', 'kind = "fixed"\nrtol = -1', "tolerance.rtol"),
        ('kind = "exact"', 'kind = "fixed"\natol = nan', "tolerance.atol"),
        ('kind = "jax"', 'kind = "torch"', "arguments.0.kind"),
        ('dtype = "float32"\n', "", "arguments.0"),
        ('kind = "jax"', 'kind = "int"', "arguments.0"),
        ('[tolerance]\nkind = "exact"\n', "", "tolerance"),
    ],
)
def test_a_wrong_value_names_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in MINIMAL
    assert refusal(tmp_path, MINIMAL.replace(old, new, 1)).startswith(f"{key}: ")


@pytest.mark.parametrize("limit", ["cpu_seconds", "wall_seconds", "memory_mib", "open_files"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "'ten'"])
def test_a_limit_that_limits_nothing_is_refused(tmp_path: Path, limit: str, value: str) -> None:
    text = refusal(tmp_path, f"{MINIMAL}\n[limits]\n{limit} = {value}\n")
    assert text.startswith(f"limits.{limit}: ")


def test_what_is_not_toml_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "title = ").startswith("is not TOML: ")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"problem\.toml: cannot be read"):
        load_spec(tmp_path / "problem.toml")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "problem.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(tmp_path / "problem.toml")


@pytest.mark.parametrize("extra", ['dtype = "int32"', 'shape = ["B"]', "shape = []"])
def test_an_int_with_a_dtype_or_a_shape_is_refused(tmp_path: Path, extra: str) -> None:
    text = f'{MINIMAL}\n[[arguments]]\nname = "n"\nkind = "int"\n{extra}\n'
    said = "arguments.1: an array needs dtype and shape, an int has neither"
    assert refusal(tmp_path, text) == said


def test_two_criteria_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = SECOND.replace('"values"', '"output"', 1)
    assert "two of the criterion names are the same" in refusal(tmp_path, MINIMAL + twice)


def test_two_arguments_of_one_name_are_refused(tmp_path: Path) -> None:
    second = '\n[[arguments]]\nname = "x"\nkind = "int"\n'
    assert "two of the argument names are the same" in refusal(tmp_path, MINIMAL + second)


def test_a_problem_without_an_output_criterion_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, MINIMAL.replace('check = "output"', 'check = "values"'))
    assert "a problem needs a criterion whose check is output" in text
