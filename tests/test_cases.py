"""Cases: the same seed draws the same ones, and a report's inputs give the case back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from test_spec import MINIMAL

from grader import edges
from grader.cases import CONFIRMING, Case, CaseSource, draw_examples
from grader.catalog import Problem
from grader.errors import SpecError
from grader.report import Counterexample
from grader.spec import ProblemSpec, load_spec
from grader.worker.wire import find_dtype

LAWS = settings(max_examples=40)
TOML = MINIMAL.replace("[-1e4, 1e4]", "[0, 1]")
TOML += '\n[[arguments]]\nname = "n"\nkind = "int"\nrange = [1, 2]\n'
CASES = """\
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


def shapes():
    return st.fixed_dictionaries({"B": st.integers(1, 9)})


def arguments(shape):
    return {"x": hnp.arrays(np.float32, shape["B"]), "n": st.integers()}


def pinned():
    return [
        ({"B": 2}, {"x": np.zeros(2, np.float32), "n": 1}),
        ({"B": 1}, {"x": np.ones(1, np.float32), "n": 2}),
    ]
"""
SPECIALS = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1e-45, 3.4028235e38]


def spec_of(folder: Path, toml: str = TOML) -> ProblemSpec:
    (folder / "problem.toml").write_text(toml)
    return load_spec(folder / "problem.toml")


def source_of(folder: Path, cases: str = CASES, toml: str = TOML) -> CaseSource:
    (folder / "cases.py").write_text(cases)
    return CaseSource(folder / "cases.py", spec_of(folder, toml))


@pytest.fixture
def tiny(tmp_path: Path) -> CaseSource:
    """A source of one array of length B and one integer."""
    return source_of(tmp_path)


@pytest.fixture(scope="module")
def real(problem: Problem) -> CaseSource:
    """The source of the first exercise."""
    return CaseSource(problem.cases, problem.spec)


def ids(cases: list[Case]) -> list[str]:
    return [case.id for case in cases]


def drawn_of(source: CaseSource, plan: list[Case]) -> list[Case]:
    """Return the cases of a plan that were drawn."""
    near, far = source._twins
    rest = plan[len(source.pinned()) + len(near) :]
    return rest[:CONFIRMING] + rest[CONFIRMING + len(far) :]


# --- drawing


def test_the_same_seed_draws_the_same_cases(tiny: CaseSource, tmp_path: Path) -> None:
    again = CaseSource(tmp_path / "cases.py", spec_of(tmp_path))
    assert ids(tiny.draw(40, 4, 7)) == ids(tiny.draw(40, 4, 7)) == ids(again.draw(40, 4, 7))


def test_another_seed_draws_other_cases(tiny: CaseSource) -> None:
    drawn = [tuple(ids(drawn_of(tiny, tiny.draw(40, 4, seed)))) for seed in range(5)]
    assert len(set(drawn)) == 5


@pytest.mark.parametrize("count", [1, 2, 3, 10, 50])
@pytest.mark.parametrize("distinct", [1, 3, 16])
def test_as_many_cases_are_drawn_as_were_asked_for(
    tiny: CaseSource, count: int, distinct: int
) -> None:
    cases = tiny.draw(count, distinct, 0)
    assert len(cases) == count
    pinned = ids(tiny.pinned())[:count]
    assert ids(cases)[: len(pinned)] == pinned


@pytest.mark.parametrize("distinct", [1, 2, 5])
def test_drawn_cases_have_no_more_shapes_than_allowed(tiny: CaseSource, distinct: int) -> None:
    drawn = drawn_of(tiny, tiny.draw(60, distinct, 3))
    assert len({case.shape_key for case in drawn}) == distinct


def test_a_small_space_gives_the_count_all_the_same(tmp_path: Path) -> None:
    small = CASES.replace("st.integers(1, 9)", "st.just(1)").replace(
        'hnp.arrays(np.float32, shape["B"])', "st.just(np.zeros(1, np.float32))"
    )
    toml = TOML.replace("B = [1, 9]", "B = [1, 1]")
    small = small.replace("st.integers()", "st.integers(1, 3)")
    small = small.replace('({"B": 2}, {"x": np.zeros(2, np.float32), "n": 1}),', "")
    source = source_of(tmp_path, small, toml)
    cases = source.draw(60, 16, 0)
    assert len(cases) == 60
    assert len(set(ids(drawn_of(source, cases)))) == 3


def test_the_first_exercise_draws_the_same_hundred_cases(real: CaseSource) -> None:
    one, again = real.draw(100, 16, 5), real.draw(100, 16, 5)
    assert ids(one) == ids(again)
    assert ids(one) != ids(real.draw(100, 16, 6))
    assert ids(one)[: len(real.pinned())] == ids(real.pinned())
    drawn = drawn_of(real, one)
    assert len({case.shape_key for case in drawn}) <= 16
    assert len(set(ids(drawn))) > 0.8 * len(drawn)


def test_the_first_exercise_stays_in_its_domain(real: CaseSource) -> None:
    for case in real.draw(100, 16, 1):
        shape, (seed, batch, features) = dict(case.shape), case.arguments.values()
        assert isinstance(batch, np.ndarray)
        assert batch.shape == (shape["B"], shape["in_dim"])
        assert features == shape["features"]
        assert all(1 <= size <= 32 for size in shape.values())
        assert isinstance(seed, int)
        assert 0 <= seed < 2**31
        assert np.isfinite(batch).all()
        assert np.abs(batch).max() <= np.float32(1e30)


def test_the_first_exercise_pins_its_edge_cases(real: CaseSource) -> None:
    pinned = real.pinned()
    sizes = [tuple(case.shape.values()) for case in pinned]
    assert any(batch == 1 for batch, _, _ in sizes)
    assert any(width == 1 for _, width, _ in sizes)
    assert any(features == 1 for _, _, features in sizes)
    assert {(1, 1, 1), (32, 32, 32)} <= set(sizes)
    assert edges.missing_ends(real._spec, [case.given for case in real.pinned()]) == []
    assert {0, 2**31 - 1} <= {case.arguments["seed"] for case in pinned}
    assert any(not np.any(case.arguments["x_batch"]) for case in pinned)
    assert any(np.max(np.abs(case.arguments["x_batch"])) > 1e3 for case in pinned)


def test_examples_are_drawn_from_our_seed_alone() -> None:
    def draw() -> list[int]:
        return draw_examples(st.integers(), 20, 9)

    assert draw() == draw()
    assert len(draw()) == 20


def test_no_examples_are_drawn_where_none_are_asked_for() -> None:
    assert draw_examples(st.integers(), 0, 9) == []


# --- names


def test_an_id_is_sixteen_hexadecimal_digits(tiny: CaseSource) -> None:
    for case in tiny.draw(20, 4, 0):
        assert len(case.id) == 16
        int(case.id, 16)


def test_an_id_depends_on_every_input(tiny: CaseSource) -> None:
    def make(n: int, *x: float) -> str:
        return tiny.make({"B": len(x)}, {"x": np.array(x, np.float32), "n": n}).id

    different = [make(1, 0.0), make(2, 0.0), make(1, -0.0), make(1, 0.0, 0.0), make(1, np.nan)]
    assert len(set(different)) == 5
    assert make(1, 0.0) == different[0]


def test_an_id_depends_on_the_shape_and_the_dtype_of_an_array() -> None:
    arrays = [
        np.zeros((1, 2), np.float32),
        np.zeros((2, 1), np.float32),
        np.zeros((1, 2), np.int32),
    ]
    assert len({Case({}, {"x": array}).id for array in arrays}) == 3


def test_general_position_means_distinct_sizes_and_none_of_them_one() -> None:
    def general(*sizes: int) -> bool:
        return Case(dict(zip("abc", sizes, strict=True)), {}).in_general_position

    assert general(2, 3, 4)
    assert not general(2, 3, 3)
    assert not general(1, 3, 4)


# --- replaying


def through_a_report(case: Case) -> Counterexample:
    """Return the counterexample as it is read back from a report's JSON."""
    kept = Counterexample(case=case.id, shape=dict(case.shape), inputs=case.inputs())
    return Counterexample.model_validate(json.loads(kept.model_dump_json()))


@LAWS
@given(
    hnp.arrays(
        np.float32,
        st.integers(0, 8),
        elements=st.floats(width=32, allow_nan=False) | st.sampled_from(SPECIALS).map(np.float32),
    ),
    st.integers(),
)
def test_a_case_is_given_back_by_its_report(
    tmp_path_factory: pytest.TempPathFactory, x: np.ndarray[Any, Any], n: int
) -> None:
    tiny = source_of(tmp_path_factory.mktemp("course"))
    case = tiny.make({"B": len(x)}, {"x": x, "n": n})
    assert tiny.replay(case.shape, case.inputs()).id == case.id
    kept = through_a_report(case)
    assert tiny.replay(kept.shape, kept.inputs).id == case.id


@pytest.mark.parametrize(
    "dtype",
    ["bool", "int8", "uint64", "int64", "float16", "float64", "bfloat16", "int4", "float8_e4m3fn"],
)
def test_an_array_of_any_real_dtype_is_given_back(tmp_path: Path, dtype: str) -> None:
    tiny = source_of(tmp_path, toml=TOML.replace("float32", dtype))
    case = tiny.make({"B": 3}, {"x": np.array([0, 1, 1]).astype(find_dtype(dtype)), "n": 0})
    kept = through_a_report(case)
    assert tiny.replay(kept.shape, kept.inputs).id == case.id


def test_the_extremes_of_wide_integers_are_given_back(tmp_path: Path) -> None:
    for dtype in ("int64", "uint64"):
        tiny = source_of(tmp_path, toml=TOML.replace("float32", dtype))
        limits = np.iinfo(dtype)
        case = tiny.make({"B": 2}, {"x": np.array([limits.min, limits.max], dtype), "n": 2**70})
        kept = through_a_report(case)
        assert tiny.replay(kept.shape, kept.inputs).id == case.id


def test_every_pinned_case_of_the_first_exercise_is_given_back(real: CaseSource) -> None:
    for case in real.pinned():
        kept = through_a_report(case)
        assert real.replay(kept.shape, kept.inputs).id == case.id


# --- the author's faults


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(2),
        np.zeros(2, np.int32),
        np.zeros((2, 1), np.float32),
        np.float32(0),
        [0.0, 0.0],
        None,
    ],
    ids=repr,
)
def test_an_argument_of_another_type_is_the_authors_fault(tiny: CaseSource, x: object) -> None:
    with pytest.raises(SpecError, match=r"cases\.py: x is .* problem\.toml says float32 of 1"):
        tiny.make({"B": 2}, {"x": x, "n": 0})


@pytest.mark.parametrize("n", [2.5, "2", None, np.zeros(2)], ids=repr)
def test_an_argument_that_is_no_int_is_the_authors_fault(tiny: CaseSource, n: object) -> None:
    with pytest.raises(SpecError):
        tiny.make({"B": 1}, {"x": np.zeros(1, np.float32), "n": n})


def test_an_array_that_is_not_of_its_named_sizes_is_the_authors_fault(tiny: CaseSource) -> None:
    with pytest.raises(SpecError):
        tiny.make({"B": 3}, {"x": np.zeros(2, np.float32), "n": 0})


def test_a_missing_argument_is_the_authors_fault(tiny: CaseSource) -> None:
    with pytest.raises(SpecError, match="has no argument 'n'"):
        tiny.make({"B": 1}, {"x": np.zeros(1, np.float32)})


def test_an_array_of_no_dimensions_is_an_argument_like_any_other(tmp_path: Path) -> None:
    toml = TOML.replace('shape = ["B"]', "shape = []").replace("[sizes]\nB = [1, 9]\n", "")
    scalar = source_of(tmp_path, toml=toml)
    case = scalar.make({}, {"x": np.array(1.5, np.float32), "n": 0})
    assert isinstance(case.arguments["x"], np.ndarray)
    assert case.arguments["x"].shape == ()


def test_numpy_integers_become_plain_ones(tiny: CaseSource) -> None:
    case = tiny.make({"B": 1}, {"x": np.zeros(1, np.float32), "n": np.int32(7)})
    assert type(case.arguments["n"]) is int


@pytest.mark.parametrize("name", ["shapes", "arguments", "pinned"])
def test_a_missing_function_is_the_authors_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match=rf"defines no function {name}\(\)"):
        source_of(tmp_path, CASES.replace(f"def {name}(", "def other("))


@pytest.mark.parametrize("text", ["import nowhere", "def f(:", "1 / 0"])
def test_a_file_that_cannot_be_imported_is_the_authors_fault(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match=r"cases\.py: cannot be imported: "):
        source_of(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('st.fixed_dictionaries({"B": st.integers(1, 9)})', "st.nothing()"),
        ('st.fixed_dictionaries({"B": st.integers(1, 9)})', "1 / 0"),
        ('hnp.arrays(np.float32, shape["B"])', 'shape["C"]'),
        ('({"B": 1}, {"x"', '({"x"'),
    ],
)
def test_a_function_that_fails_is_the_authors_fault(tmp_path: Path, old: str, new: str) -> None:
    assert old in CASES
    with pytest.raises(SpecError, match=r"cases\.py"):
        source_of(tmp_path, CASES.replace(old, new)).draw(60, 4, 0)


def test_reading_cases_leaves_no_bytecode_in_the_course(tiny: CaseSource, tmp_path: Path) -> None:
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.py", "problem.toml"]


def test_what_else_is_imported_changes_no_draw_and_nothing_is_written(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "if len(sys.argv) > 1: import odd_numbers\n"
        "from pathlib import Path\n"
        "from grader.catalog import Course\n"
        "from grader.cases import CaseSource\n"
        f"p = Course(Path({str(ROOT)!r})).problem('nn_vmap_forward')\n"
        "print([c.id for s in (1, 2, 3) for c in CaseSource(p.cases, p.spec).draw(60, 16, s)])\n"
    )
    (tmp_path / "odd_numbers.py").write_text("A, B = 1234567, 27.125\nC = [29, 31, 17, 977]\n")
    commands = [[sys.executable, "-c", code], [sys.executable, "-c", code, "with"]]
    drawn = [
        subprocess.run(c, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
        for c in commands
    ]
    assert drawn[0] == drawn[1]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
