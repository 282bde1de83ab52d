"""What no single call tells, but two: how params grow with a size, and what a lifted module maps.

One set of params for each row can be made in a loop, all of them equal, and a lifted module can
be applied to something that was not made of the inputs. Both show on calls that differ in one
size, or in one argument. What is suspected is asked again in a process of its own before it counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.cases import Case
from grader.checks import Trial
from grader.messages import verdict_of
from grader.observation import Evidence, Input
from grader.observer import Observer
from grader.text import count
from grader.trials import OpenBox, Run

ROUNDS = 2  # the first may make what is kept for all others


@dataclass(frozen=True, slots=True)
class Growth:
    """The larger of two cases that differ in one size, and what is made more often there."""

    smaller: Trial
    larger: Trial
    size: str
    collection: str


def note_growth(run: Run, open_box: OpenBox) -> None:
    """Have a trial say that more sets of variables are created where a size is larger."""
    suspects = sorted(_growing(run.trials), key=lambda one: sum(one.larger.case.shape.values()))
    if not suspects:
        return
    with open_box() as box:
        for one in suspects:
            found = _count_again(box, one)
            if found is not None and found[0] < found[1]:
                run.note_copies(one.larger.case, _say_growth(one, found))
                return


def note_independence(run: Run, open_box: OpenBox, *, thoroughly: bool) -> None:
    """Have a trial say that what is lifted does not depend on an argument that it should.

    Where no numbers were to be seen, as all was under a jit, it is asked `thoroughly` or not at
    all: calls are made with every jit switched off.
    """
    pairs = list(_differing_in_an_array(run.trials))
    known = [pair for pair in pairs if all(_is_known(one) for one in pair[:2])]
    if known:
        fixed = next((pair for pair in known if _maps_the_same(*pair[:2])), None)
    elif pairs and thoroughly and pairs[0][0].actual.evidence.inputs:
        fixed = _asked_without_jit(pairs[0], open_box)
    else:
        return
    if fixed is not None:
        run.note_independence(fixed[1].case, fixed[2])


def _growing(trials: Sequence[Trial]) -> Iterator[Growth]:
    """Yield pairs of trials in which a submission creates more, and the reference does not."""
    first = {trial.case.shape_key: trial for trial in reversed(trials) if trial.complete}
    for one, other in itertools.permutations(first.values(), 2):
        differing = [k for k, size in one.case.shape.items() if other.case.shape[k] != size]
        if len(differing) != 1 or one.case.shape[differing[0]] > other.case.shape[differing[0]]:
            continue
        for collection in dict(one.expected.evidence.sets):
            small, large = (_sets(t.actual.evidence, collection) for t in (one, other))
            wanted = [_sets(t.expected.evidence, collection) for t in (one, other)]
            if 0 < small < large and wanted[0] == wanted[1]:
                yield Growth(one, other, differing[0], collection)


def _sets(evidence: Evidence, collection: str) -> int:
    return dict(evidence.sets).get(collection, 0)


def _count_again(box: Observer, growth: Growth) -> tuple[int, int] | None:
    """Return how often a collection is created on both cases, when all else is there already."""
    found = (0, 0)
    for _ in range(ROUNDS):
        counts = []
        for trial in (growth.smaller, growth.larger):
            again = box.call(trial.case, clear_caches=True)
            if verdict_of(again.outcome) is not None:
                return None
            counts.append(_sets(again.evidence, growth.collection))
        found = counts[0], counts[1]
    return found


def _say_growth(growth: Growth, found: tuple[int, int]) -> str:
    smaller, larger = (one.case.shape[growth.size] for one in (growth.smaller, growth.larger))
    return (
        f"your function creates {count(found[1], 'set')} of {growth.collection} where "
        f"{growth.size} is {larger}, and {found[0]} where it is {smaller}; "
        f"one set should do, however large {growth.size} is"
    )


def _differing_in_an_array(trials: Sequence[Trial]) -> Iterator[tuple[Trial, Trial, str]]:
    """Yield pairs of trials of one shape that differ in the numbers of one array alone."""
    of_shape: dict[object, list[Trial]] = {}
    for trial in trials:
        of_shape.setdefault(trial.case.shape_key, []).append(trial)
    for same in of_shape.values():
        for one, other in itertools.combinations(same, 2):
            names = _differing(one.case, other.case)
            if len(names) == 1 and _holds_other_numbers(one.case, other.case, names[0]):
                yield one, other, names[0]


def _differing(one: Case, other: Case) -> list[str]:
    return [
        name
        for name, value in one.arguments.items()
        if not np.array_equal(value, other.arguments[name])
    ]


def _holds_other_numbers(one: Case, other: Case, name: str) -> bool:
    """Tell whether an array holds other numbers, not the same ones in another order."""
    first, second = one.arguments[name], other.arguments[name]
    return isinstance(first, np.ndarray) and not np.array_equal(
        np.sort(first, axis=None), np.sort(second, axis=None)
    )


def _examples(evidence: Evidence, wanted: Evidence) -> frozenset[Input]:
    """Return what is mapped that has no more dimensions than one example in the reference."""
    most = max((one.dimensions for one in wanted.inputs), default=0)
    return frozenset(one for one in evidence.inputs if one.dimensions <= most)


def _is_known(trial: Trial) -> bool:
    found = _examples(trial.actual.evidence, trial.expected.evidence)
    return bool(found) and all(one.fingerprint for one in found)


def _maps_the_same(one: Trial, other: Trial) -> bool:
    """Tell whether a submission maps the same on both, and the reference does not."""
    found = [_examples(trial.actual.evidence, trial.expected.evidence) for trial in (one, other)]
    wanted = [trial.expected.evidence.inputs for trial in (one, other)]
    return found[0] == found[1] and wanted[0] != wanted[1]


def _asked_without_jit(
    pair: tuple[Trial, Trial, str], open_box: OpenBox
) -> tuple[Trial, Trial, str] | None:
    again: list[Trial] = []
    with open_box() as box:
        for trial in pair[:2]:
            actual = box.call(trial.case, without_jit=True)
            if verdict_of(actual.outcome) is not None:
                return None
            again.append(replace(trial, actual=actual))
    one, other = again
    return pair if _is_known(one) and _is_known(other) and _maps_the_same(one, other) else None
