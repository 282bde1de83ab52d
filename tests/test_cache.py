"""Compiled programs are kept for later runs; a broken one costs time, never a verdict."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from test_box import CASE
from test_walls import standing

from grader import cache
from grader.cases import CaseSource
from grader.catalog import Problem
from grader.isolation import Level
from grader.observation import Loaded, Outcome, Raised, Returned
from grader.observer import Observer
from grader.processes import Starter
from grader.reference import Reference
from grader.store import Store
from grader.worker import entries, wire

COMPILES = """
import jax.numpy as jnp
def nn_vmap_forward(seed, x_batch, features):
    return jnp.tanh(x_batch * seed).sum(0)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache of this test is."""
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def compiled(folder: Path) -> Path:
    found = cache.compiled()
    assert found is not None
    return found


@pytest.fixture
def starter(compiled: Path) -> Iterator[Starter]:
    with contextlib.closing(Starter(compiled=compiled)) as one:
        yield one


def answer(problem: Problem, starter: Starter, level: Level | None) -> tuple[bytes, str]:
    """Return the bytes of an answer, and what was printed on the way."""
    with Observer(problem.spec, level, starter=starter) as observer:
        assert observer.load(COMPILES, "x.py") == Loaded()
        outcome: Outcome = observer.call(CASE).outcome
        assert isinstance(outcome, Returned), outcome
        return outcome.array.tobytes(), observer.take_printed().text.decode()


def programs(compiled: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in compiled.iterdir()}


def test_trusted_workers_write_programs_and_boxes_only_read_them(
    problem: Problem, starter: Starter, compiled: Path
) -> None:
    first = answer(problem, starter, Level.PROCESS)
    assert programs(compiled) == {}
    assert answer(problem, starter, None) == first
    written = programs(compiled)
    assert written
    assert answer(problem, starter, Level.PROCESS) == first
    assert programs(compiled) == written


@pytest.mark.parametrize("level", [None, Level.PROCESS])
@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "made a folder"])
def test_a_broken_entry_costs_time_and_is_not_spoken_of(
    problem: Problem, starter: Starter, compiled: Path, damage: str, level: Level | None
) -> None:
    right = answer(problem, starter, None)
    whole = programs(compiled)
    for path in list(compiled.iterdir()):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        if damage == "made a folder":
            path.mkdir()
        else:
            broken = {"cut": content[:-9], "emptied": b""}.get(damage, content)
            path.write_bytes(bytes(broken))
    assert answer(problem, starter, level) == right == (right[0], "")
    if level is None and damage != "made a folder":
        assert programs(compiled) == whole


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path) -> None:
    assert cache.compiled() is not None
    folder.chmod(0o777)
    assert cache.compiled() is None


def test_a_folder_that_cannot_be_made_is_done_without(folder: Path) -> None:
    folder.write_text("a file")
    assert cache.compiled() is None


def test_what_was_not_used_for_the_longest_time_goes_first(compiled: Path) -> None:
    now = time.time()
    for number in range(10):
        path = compiled / f"{number}-cache"
        path.write_bytes(b"x" * 100)
        os.utime(path, (now - number, now - number))
    cache.trim(largest=350, every=0)
    assert sorted(path.name for path in compiled.iterdir()) == ["0-cache", "1-cache", "2-cache"]
    cache.trim(largest=0)  # it was looked at a moment ago
    assert len(list(compiled.iterdir())) == 3


def test_the_cache_says_what_it_holds_and_can_be_cleared(compiled: Path, folder: Path) -> None:
    (compiled / "a-cache").write_bytes(b"x" * 100)
    older = folder / "compiled/0123"
    older.mkdir()
    (older / "b-cache").write_bytes(b"x" * 50)
    found = cache.contents()
    assert (found.programs, found.answers, found.of_other_versions) == ((1, 100), (0, 0), (1, 50))
    cache.clear()
    assert not folder.exists()
    cache.clear()
    assert cache.contents().programs == (0, 0)


def test_an_expected_answer_is_computed_once_for_all_runs(
    problem: Problem, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = CaseSource(problem.cases, problem.spec).pinned()[:2]
    with Reference(problem, store=Store(problem)) as reference:
        first = reference.expect(case)
    monkeypatch.setattr("grader.reference.Observer", None)  # from here on no process is started
    with Reference(problem, store=Store(problem)) as reference:
        again = reference.expect(case)
        with pytest.raises(TypeError):
            reference.expect(other)
    assert again.evidence == first.evidence
    assert again.returned.library == first.returned.library
    assert again.returned.array.tobytes() == first.returned.array.tobytes()
    assert (again.returned.array.dtype, again.allowed.dtype) == (np.float32, np.float64)
    assert again.allowed.tolist() == first.allowed.tolist()


@pytest.mark.parametrize("name", ["solution.py", "cases.py", "problem.toml"])
def test_answers_are_of_the_problem_as_it_is_now(
    problem: Problem, folder: Path, tmp_path: Path, name: str
) -> None:
    copied = replace(problem, folder=tmp_path / "public", reference=tmp_path / "private")
    shutil.copytree(problem.folder, copied.folder)
    copied.reference.mkdir()
    shutil.copy(problem.solution, copied.solution)
    before = Store(copied)
    path = copied.solution if name == "solution.py" else copied.folder / name
    path.write_text(path.read_text() + "\n# another\n")
    assert len({one._folder for one in (Store(problem), before, Store(copied))}) == 2


@pytest.mark.parametrize("level", [Level.KERNEL, Level.NAMESPACES])
def test_no_box_sees_the_answers(
    problem: Problem, folder: Path, starter: Starter, level: Level
) -> None:
    case = CaseSource(problem.cases, problem.spec).pinned()[0]
    with Reference(problem, starter, Store(problem)) as reference:
        reference.expect(case)
    (answers,) = (folder / "expected").iterdir()
    source = f"""
import os
def nn_vmap_forward(seed, x_batch, features):
    found = []
    for path in ({str(answers)!r}, {str(answers / case.id)!r}):
        try:
            found.append(open(path, "rb").read())
        except OSError as error:
            found.append(error.strerror)
    raise RuntimeError(found)
"""
    with Observer(problem.spec, standing(level), starter=starter) as observer:
        assert observer.load(source, "looks.py") == Loaded()
        outcome = observer.call(CASE).outcome
    assert isinstance(outcome, Raised)
    assert outcome.message in (
        str(["Permission denied"] * 2),
        str(["No such file or directory"] * 2),
    )


LOWERS = """
import threading
from grader.worker import programs
programs.use(trusted=False)
from jax._src.interpreters import mlir
found = [mlir.make_ir_context() for _ in range(2 * programs.USES_OF_A_CONTEXT)]
other = threading.Thread(target=lambda: found.append(mlir.make_ir_context()))
other.start()
other.join()
print([sum(one is first for one in found) for first in dict.fromkeys(found)])
"""


def test_programs_are_lowered_in_contexts_that_are_renewed_and_of_one_thread() -> None:
    command = [sys.executable, "-c", LOWERS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[64, 64, 1]\n"


JITTED = """
import jax, jax.numpy as jnp
@jax.jit
def secret(x, seed):
    return jnp.tanh(x * seed).sum(0)
@jax.jit
def add(x):
    return x + 41.5
def nn_vmap_forward(seed, x_batch, features):
    inner = jax.jit(lambda x: x * 43.5)
    return jnp.sin(inner(add(secret(x_batch, seed))))
"""


def test_what_a_solution_has_under_jit_is_not_kept_where_boxes_could_read_it(
    problem: Problem, starter: Starter, compiled: Path
) -> None:
    with Observer(problem.spec, level=None, starter=starter) as observer:
        assert observer.load(JITTED, "solution.py") == Loaded()
        assert isinstance(observer.call(CASE).outcome, Returned)
    names = {path.name.rpartition("-")[0].rpartition("-")[0] for path in compiled.iterdir()}
    assert "jit_sin" in names
    assert not {name for name in names if "secret" in name or "lambda" in name or "add" in name}


def test_the_cache_is_for_this_account_alone_whatever_new_folders_are_for(folder: Path) -> None:
    before = os.umask(0o002)
    try:
        assert cache.compiled() is not None
        assert cache.expected("x") is not None
    finally:
        os.umask(before)


def test_an_answer_of_another_version_of_ours_is_as_none(problem: Problem, folder: Path) -> None:
    case = CaseSource(problem.cases, problem.spec).pinned()[0]
    store = Store(problem)
    assert store._folder is not None
    for header in (
        {},
        {"library": "jax", "dtype": "float32", "shape": [1], "evidence": {"given": 3}},
    ):
        entries.write(str(store._folder / case.id), wire.encode_frame(header, bytes(12)))
        assert store.read(case) is None


def test_answers_go_before_programs(folder: Path, compiled: Path) -> None:
    answers = cache.expected("x")
    assert answers is not None
    for name in ("a", "b"):
        (compiled / name).write_bytes(bytes(100))
        (answers / name).write_bytes(bytes(100))
    os.utime(compiled / "a", (1, 1))
    cache.trim(largest=150, every=0)
    assert [path.name for path in compiled.iterdir()] == ["b"]
    assert not list(answers.iterdir())
