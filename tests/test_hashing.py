"""Where a file has sets of strings, seeds are chosen under which they come in another order."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_trials import PLAN, FakeBox, FakeBoxes, run

from grader.hashing import CHOSEN, OWN_SEED, other_hash_seeds
from grader.observation import Observation, Returned

ORDER = "import sys; print(*set(sys.argv[1:]))"


def orders(words: Sequence[str], seeds: Sequence[int]) -> set[str]:
    """Return the orders in which a set of words comes under some seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", ORDER, *words],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in seeds
    }


@pytest.mark.parametrize(
    "pair", [*itertools.combinations(("params", "dropout", "carry", "kernel"), 2), ("a", "b")]
)
def test_a_set_of_two_words_comes_in_both_orders(pair: tuple[str, str]) -> None:
    seeds = other_hash_seeds(f"for name in {{{pair[0]!r}, {pair[1]!r}}}: print(name)")
    assert 0 < len(seeds) <= CHOSEN
    assert OWN_SEED not in seeds
    assert len(orders(pair, [OWN_SEED, *seeds])) == 2


def test_each_pair_of_several_words_comes_in_both_orders() -> None:
    words = ["kernel", "bias", "params", "batch_stats"]
    seeds = other_hash_seeds(f"names = set({words})")
    for pair in itertools.combinations(words, 2):
        assert len(orders(pair, [OWN_SEED, *seeds])) == 2


@pytest.mark.parametrize(
    "source",
    [
        "names = {'a', 'b'}",
        "names = {name for name in 'ab'}",
        "names = frozenset(['a', 'b'])",
        "names = set('ab')",
        "names = list(map(set, ['ab']))",
        "number = hash('a') % 2",
        "common = one.keys() & other.keys()",
        "common = one.items() - other",
    ],
)
def test_what_makes_a_set_is_asked_under_another_seed(source: str) -> None:
    assert other_hash_seeds(source)


@pytest.mark.parametrize(
    "source",
    [
        "names = ['a', 'b']",
        "names = {'a': 1, 'b': 2}",
        "for name in names.keys(): print(name)",
        "x = 1 + 2",
        "def f(:",
        "'" + "(" * 1000,
    ],
)
def test_a_file_without_sets_or_that_is_no_python_costs_nothing(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    assert other_hash_seeds(source) == []


def test_a_set_of_words_that_are_not_written_out_is_asked_all_the_same() -> None:
    assert other_hash_seeds("names = set(dir())") == [OWN_SEED + 1]


def test_where_no_process_can_be_started_another_seed_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "run", fails)
    assert other_hash_seeds("names = {'a', 'b'}") == [OWN_SEED + 1]


class BoxesOfSeeds(FakeBoxes):
    """Answers otherwise where the hash seed is another."""

    def __init__(self) -> None:
        super().__init__((False,), set())
        self.seeds: list[int] = []

    def open(self, *_: object, hash_seed: int | None = None) -> FakeBox:
        box: Any = super().open()
        if hash_seed is not None:
            self.seeds.append(hash_seed)
            other = Returned("jax", np.zeros(2, np.float32))
            box.call = lambda _: Observation(other)
        box.__class__ = type("Box", (FakeBox,), {"__enter__": _itself, "__exit__": _nothing})
        return box  # type: ignore[no-any-return]


def _itself(box: FakeBox) -> FakeBox:
    return box


def _nothing(*_: object) -> None:
    pass


@pytest.mark.parametrize(("source", "asked"), [("names = {'a', 'b'}", True), ("x = 1", False)])
def test_trials_keep_what_came_of_calls_in_another_order_apart(source: str, asked: bool) -> None:
    boxes = BoxesOfSeeds()
    found, runner, _ = run(boxes)
    submission: Any = SimpleNamespace(source=source, path=SimpleNamespace(name="x.py"))
    runner.repeat(found, submission, [])
    reordered = [one.outcome for trial in found.trials for one in trial.reordered]
    assert bool(boxes.seeds) is bool(reordered) is asked
    assert all(isinstance(one, Returned) and not one.array.any() for one in reordered)
    assert len(reordered) <= CHOSEN * len(PLAN)
