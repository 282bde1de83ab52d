"""Work side by side on one plan of cases: what is dealt to whom, and where the work ends.

What comes of it does not depend on which of those who work is faster.
"""

from __future__ import annotations

import concurrent.futures
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from grader.cases import Case

WRONG_SHAPES = 4  # so many shapes with wrong answers are enough: what follows changes no verdict
CALLS_OF_A_SHAPE = 5  # that take as long as to begin with a shape
T = TypeVar("T")


def deal(plan: Sequence[Case], jobs: int) -> list[list[int]]:
    """Return for each lane the positions of its cases, in order; a shape is for one lane.

    Cases that are equal but for one size are for one lane too: who keeps answers and forgets that
    size is seen in one process alone.
    """
    group_of_shape = _groups(plan)
    work = Counter(group_of_shape[case.shape_key] for case in plan)
    for group in group_of_shape.values():
        work[group] += CALLS_OF_A_SHAPE
    lane_of_group: dict[object, int] = {}
    dealt = [0] * jobs
    lanes: list[list[int]] = [[] for _ in range(jobs)]
    for position, case in enumerate(plan):
        group = group_of_shape[case.shape_key]
        if group not in lane_of_group:
            lane_of_group[group] = lane = dealt.index(min(dealt))
            dealt[lane] += work[group]
        lanes[lane_of_group[group]].append(position)
    return [lane for lane in lanes if lane]


def _groups(plan: Sequence[Case]) -> dict[object, object]:
    """Return for each shape the first one of those that belong together."""
    first: dict[object, object] = {}
    alike: dict[object, Case] = {}
    for case in plan:
        group = first.setdefault(case.shape_key, case.shape_key)
        for name, _ in case.shape_key:
            ints = [(k, v) for k, v in case.arguments.items() if isinstance(v, int) and k != name]
            key = name, *(pair for pair in case.shape_key if pair[0] != name), *ints
            other = first[alike.setdefault(key, case).shape_key]
            if other != group:
                first |= {shape: other for shape, one in first.items() if one == group}
                group = other
    return first


def side_by_side(tasks: Sequence[Callable[[], T]], give_up: Callable[[], None]) -> list[T]:
    """Return what tasks return; where one raises, `give_up` is to end the others."""
    with concurrent.futures.ThreadPoolExecutor(len(tasks)) as pool:
        try:
            futures = [pool.submit(task) for task in tasks]
            concurrent.futures.wait(futures, return_when=concurrent.futures.FIRST_EXCEPTION)
            broken = [one for one in futures if one.done() and one.exception() is not None]
            return [future.result() for future in (broken or futures)]
        except BaseException:
            give_up()
            raise


class Horizon:
    """The last position of a plan that matters; whatever is found only brings it nearer.

    It is where a call did not return, where the answers to so many shapes have been wrong, or where
    a proof needs no more. So each lane may stop behind it, and it ends up at the same place whoever
    was faster.
    """

    def __init__(self, plan: Sequence[Case]) -> None:
        self._plan = plan
        self._last = len(plan) - 1
        self._first_wrong: dict[object, int] = {}
        self._lock = threading.Lock()

    @property
    def last(self) -> int:
        """Where it is, as far as is known."""
        with self._lock:
            return self._last

    def note_end(self, position: int) -> None:
        """Note that a call did not return."""
        with self._lock:
            self._last = min(self._last, position)

    def note_enough(self, cases: int) -> None:
        """Note that so many cases are enough."""
        with self._lock:
            self._last = min(self._last, cases - 1)

    def note_wrong(self, position: int) -> None:
        """Note a wrong answer; shapes in which mistakes may look alike do not count."""
        case = self._plan[position]
        if not case.in_general_position:
            return
        with self._lock:
            before = self._first_wrong.get(case.shape_key, position)
            self._first_wrong[case.shape_key] = min(before, position)
            enough = sorted(self._first_wrong.values())[WRONG_SHAPES - 1 : WRONG_SHAPES]
            self._last = min(self._last, *enough) if enough else self._last
