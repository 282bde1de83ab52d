"""Runs a submission over the cases: once in order, once more shuffled, some in a fresh process.

The shapes are dealt out to a few boxes, which work side by side: each shape costs a compilation,
or reading what was compiled, and is the business of one box alone. What comes of a run does not
depend on which box is faster.
"""

from __future__ import annotations

import contextlib
import functools
import random
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE, CHECKS, Expected, Failed, Trial
from grader.hashing import other_hash_seeds
from grader.isolation import Level
from grader.lanes import Horizon, deal, side_by_side
from grader.messages import verdict_of
from grader.observation import (
    Falsified,
    Limit,
    Loaded,
    LoadOutcome,
    NotAnArray,
    Observation,
    Raised,
    Returned,
    Stopped,
)
from grader.observer import Observer, Printed, join_printed
from grader.processes import BY_THEMSELVES, Starter
from grader.programs import Programs
from grader.reference import Reference
from grader.spec import Criterion, ProblemSpec
from grader.submission import Submission

CASES_ELSEWHERE = 4  # called again in another process
CASES_REORDERED = 3  # called where sets come in another order, if the file has any
CONFIRMING_ELSEWHERE = 1  # likewise, where calls only confirm a proof
REPEATS_OF_A_SHAPE = 3  # calls made again of each shape, whatever came between
Tick = Callable[[str, int, int], None]


class OpenBox(Protocol):
    """Starts another process of a submission, in which something may be falsified."""

    def __call__(
        self, falsified: Falsified = Falsified.NOTHING, slightly: bool = False
    ) -> Observer: ...


@dataclass(frozen=True, slots=True)
class Boxes:
    """Starts boxes of one isolation level for the submissions to one problem."""

    spec: ProblemSpec
    level: Level
    starter: Starter = BY_THEMSELVES
    packages: tuple[str, ...] | None = None  # that may be imported
    _open: weakref.WeakSet[Observer] = field(default_factory=weakref.WeakSet, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def start(self, cases: int = 1, hash_seed: int | None = None) -> Observer:
        """Return a new, empty box for so many cases."""
        box = Observer(
            self.spec,
            self.level,
            cases=cases,
            starter=self.starter,
            packages=self.packages,
            hash_seed=hash_seed,
        )
        with self._lock:
            self._open.add(box)
        return box

    def close(self) -> None:
        """End every box that is open, from any thread; each call in one is answered at once."""
        with self._lock:
            boxes = list(self._open)
        for box in boxes:
            box.close()

    def open(
        self,
        submission: Submission,
        falsified: Falsified = Falsified.NOTHING,
        slightly: bool = False,
        hash_seed: int | None = None,
    ) -> Observer:
        """Return a box in which the submission was loaded, or every call says why not."""
        box = self.start(hash_seed=hash_seed)
        try:
            name = submission.path.name
            box.load(submission.source, name, falsified=falsified, slightly=slightly)
            return box
        except BaseException:
            box.close()
            raise


@dataclass
class Run:
    """What was observed of one submission; `boxes` stay open until `close`."""

    loaded: LoadOutcome
    trials: list[Trial]
    boxes: Sequence[Observer]
    box_of_shape: dict[object, Observer] = field(default_factory=dict)
    fresh: Observer | None = None
    printed: str = ""
    printed_parts: list[Printed] = field(default_factory=list)
    turned: Sequence[Case] = ()  # on which the program takes another path than on most
    plain_reads_count: bool = True
    proved: bool = False  # the program is the solution's for all inputs: calls only confirm it
    surplus: Counter[int] = field(default_factory=Counter)  # of a box: see `keep`

    @property
    def box(self) -> Observer:
        """The first of its boxes."""
        return self.boxes[0]

    def box_of(self, case: Case) -> Observer:
        """Return the box in which a case's shape was called."""
        return self.box_of_shape.get(case.shape_key, self.box)

    def go_on_without(self, ended: Sequence[Observer]) -> None:
        """Have the other boxes do what boxes that we ended did, whoever of them was faster."""
        left = [box for box in self.boxes if box not in ended]
        if left:
            self.boxes = [*left, *ended]
            self.box_of_shape = {
                shape: left[0] if box in ended else box for shape, box in self.box_of_shape.items()
            }

    @property
    def returned(self) -> bool:
        """Whether every call has returned."""
        ended = (verdict_of(trial.actual.outcome) for trial in self.trials)
        return isinstance(self.loaded, Loaded) and all(verdict is None for verdict in ended)

    @property
    def lifts(self) -> bool:
        """Whether on some case a lifted transform mapped over more than one example."""
        reads = (read for trial in self.trials for read in trial.actual.evidence.reads)
        return any(read.examples > 1 and not read.is_plain for read in reads)

    def note_lifting(self) -> None:
        """Have every trial say whether anything is lifted on some case."""
        lifts = self.lifts
        self.trials = [replace(trial, lifts_elsewhere=lifts) for trial in self.trials]

    @property
    def telling_case(self) -> Case:
        """The first in which no mistake about shapes hides, if there is one."""
        general = [trial for trial in self.trials if trial.case.in_general_position]
        return (general or self.trials)[0].case

    def note_copies(self, case: Case, said: str) -> None:
        """Have the trial of a case say how there are more parameters than variables show."""
        position = self._position(case)
        self.trials[position] = replace(self.trials[position], copied=said)

    def note_independence(self, case: Case, argument: str) -> None:
        """Have the trial of a case say that what is lifted does not depend on an argument."""
        position = self._position(case)
        self.trials[position] = replace(self.trials[position], independent=argument)

    def _position(self, case: Case) -> int:
        return [trial.case.id for trial in self.trials].index(case.id)

    def forgive_plain_reads(self) -> None:
        """From now on, reads outside every lifted transform do not count."""
        self.plain_reads_count = False
        self.trials = [replace(trial, actual=self.weigh(trial.actual)) for trial in self.trials]

    def weigh(self, observation: Observation) -> Observation:
        """Return an observation of this submission with the evidence that counts."""
        if self.plain_reads_count:
            return observation
        return replace(observation, evidence=observation.evidence.without_plain_reads())

    def repeat(self, positions: Iterable[int], box: Observer) -> dict[int, Observation]:
        """Make calls of trials again, as long as the box can go on; return what came of them."""
        found: dict[int, Observation] = {}
        for position in positions:
            trial = self.trials[position]
            again = self.keep(box, box.call(trial.case), trial.expected)
            found[position] = again
            if verdict_of(again.outcome) is not None and not isinstance(again.outcome, Raised):
                break
        return found

    def note_repeats(self, found: Mapping[int, Observation]) -> None:
        """Have trials say what came of making their calls again."""
        for position, again in found.items():
            trial = self.trials[position]
            self.trials[position] = replace(trial, repeats=(*trial.repeats, again))

    def note_reordered(self, found: Mapping[int, Observation]) -> None:
        """Have trials say what came of making their calls where sets come in another order."""
        for position, again in found.items():
            trial = self.trials[position]
            self.trials[position] = replace(trial, reordered=(*trial.reordered, again))

    def keep(self, box: Observer, actual: Observation, expected: Expected) -> Observation:
        """Return an observation, or the limit where too much would be kept of one box."""
        wanted = Observation(expected.returned, expected.evidence)
        self.surplus[id(box)] += max(0, actual.size - wanted.size)
        allowed = box.limits.answer_mib
        if self.surplus[id(box)] <= allowed << 20:
            return actual
        return Observation(Stopped(Limit.ANSWERS, allowed, "MiB"))

    def close(self) -> None:
        """End every process of the run."""
        with contextlib.ExitStack() as stack:
            for box in (*self.boxes, *([self.fresh] if self.fresh else [])):
                stack.callback(box.close)


@dataclass(frozen=True, slots=True)
class _Found:
    """What lanes have found so far, by position in the plan."""

    trials: dict[int, Trial]
    printed: dict[int, Printed]
    horizon: Horizon
    programs: Programs | None
    calling: dict[int, Observer] = field(default_factory=dict)  # by position in the plan
    ended: list[Observer] = field(default_factory=list)  # by us, as what they did mattered no more

    def end_what_no_longer_matters(self) -> None:
        """End the boxes that are being called on cases behind the horizon."""
        for position, box in list(self.calling.items()):
            if position > self.horizon.last:
                self.ended.append(box)
                box.close()


class Runner:
    """Runs submissions over one plan of cases, each in so many boxes side by side."""

    def __init__(
        self,
        boxes: Boxes,
        reference: Reference,
        plan: Sequence[Case],
        seed: int,
        tick: Tick,
        jobs: int = 1,
    ) -> None:
        self._boxes, self._reference, self._plan = boxes, reference, plan
        self._seed, self._tick = seed, tick
        self._lanes = deal(plan, jobs)

    def run(self, submission: Submission, programs: Programs | None = None) -> Run:
        """Observe a submission on the plan, in order, as far as it matters: see `Horizon`.

        Where it is proved by its program, that is not as far as without.
        """
        boxes: list[Observer] = []
        try:
            boxes += [self._boxes.start(cases=len(self._plan)) for _ in self._lanes]
            run = Run(Loaded(), [], boxes)
            run.loaded = self._load(run, submission)
            if isinstance(run.loaded, Loaded):
                self._first_pass(run, submission, programs)
                run.turned = programs.turning_cases() if programs and run.returned else []
                for case in run.turned:
                    self.call_beside(run, case)
                run.note_lifting()
            run.printed = join_printed(run.printed_parts, run.box.limits.kept_kib)
            return run
        except BaseException:
            for box in boxes:
                box.close()
            raise

    def _load(self, run: Run, submission: Submission) -> LoadOutcome:
        """Load the file in every box; return the first thing that keeps it from being used."""
        name = submission.path.name
        tasks = [functools.partial(box.load, submission.source, name) for box in run.boxes]
        loaded = side_by_side(tasks, self._boxes.close)
        run.printed_parts = [box.take_printed() for box in run.boxes][:1]  # all say the same
        return next((one for one in loaded if not isinstance(one, Loaded)), Loaded())

    def call_beside(self, run: Run, case: Case) -> Trial:
        """Have a run go on with a case that is not in the plan."""
        first_of_shape = case.shape_key not in run.box_of_shape
        box = run.box_of_shape.setdefault(case.shape_key, run.box)
        expected = self._reference.expect(case)
        actual = run.weigh(run.keep(box, box.call(case), expected))
        if _lacks_evidence(actual, expected):
            actual = run.weigh(call_traced_afresh(box, case, actual))
        output = self._boxes.spec.output
        trial = Trial(case, output, expected, actual, complete=first_of_shape)
        run.trials.append(trial)
        run.printed_parts.append(box.take_printed())
        return trial

    def call_nonfinite(self, run: Run, cases: Iterable[Case]) -> None:
        """Have a run go on with a case that holds NaN or an infinity, if one shows a failure.

        To raise an exception is right there.
        """
        for case in cases:
            trial = self.call_beside(run, case)
            outcome = trial.actual.outcome
            ended = verdict_of(outcome) is not None and not isinstance(outcome, Raised)
            if ended or (isinstance(outcome, Returned | NotAnArray) and self._is_wrong(trial)):
                return
            run.trials.pop()

    def _first_pass(self, run: Run, submission: Submission, programs: Programs | None) -> None:
        so_far = _Found({}, {}, Horizon(self._plan), programs)
        for box, lane in zip(run.boxes, self._lanes, strict=True):
            run.box_of_shape |= {self._plan[position].shape_key: box for position in lane}
        side_by_side(
            [
                functools.partial(self._call_lane, run, lane, submission, so_far)
                for lane in self._lanes
            ],
            self._boxes.close,
        )
        run.go_on_without(so_far.ended)
        run.proved = programs is not None and programs.proved
        counted = range(so_far.horizon.last + 1)
        run.trials = [so_far.trials[position] for position in counted]
        run.printed_parts += [so_far.printed[position] for position in counted]

    def _call_lane(
        self,
        run: Run,
        lane: Sequence[int],
        submission: Submission,
        so_far: _Found,
    ) -> None:
        """Call one box on its cases, up to the horizon."""
        box = run.box_of(self._plan[lane[0]])
        found, horizon = so_far.trials, so_far.horizon
        seen: set[object] = set()
        wanting = True  # until evidence was missing for good once: then the criterion is lost
        for position in self._asked_for(lane, so_far):
            self._tick("calling", len(found), len(self._plan))
            case = self._plan[position]
            expected = self._reference.expect(case)  # first: what it compiles, the box reads
            so_far.calling[position] = box
            if position > horizon.last:  # another lane has come to an end meanwhile
                return
            actual = run.keep(box, box.call(case), expected)
            del so_far.calling[position]
            first_of_shape = case.shape_key not in seen
            seen.add(case.shape_key)
            if first_of_shape and wanting and _lacks_evidence(actual, expected):
                actual = call_traced_afresh(box, case, actual)
                if _lacks_evidence(actual, expected):  # it may keep compiled programs of its own
                    with self._boxes.open(submission) as another:
                        actual = replace(actual, evidence=another.call(case).evidence)
                wanting = not _lacks_evidence(actual, expected)
            so_far.printed[position] = box.take_printed()
            found[position] = trial = Trial(
                case, self._boxes.spec.output, expected, actual, complete=first_of_shape
            )
            if verdict_of(actual.outcome) is not None:
                horizon.note_end(position)
                so_far.end_what_no_longer_matters()
                if so_far.programs is not None:
                    so_far.programs.abandon()
            elif self._is_wrong(trial):
                horizon.note_wrong(position)

    def _asked_for(self, lane: Sequence[int], so_far: _Found) -> Iterator[int]:
        """Yield the positions to be called; from where a proof would do, wait for it."""
        horizon, programs = so_far.horizon, so_far.programs
        for position in lane:
            if programs is not None and position >= programs.confirming:
                if programs.proved:
                    horizon.note_enough(programs.confirming)
                self._reference.work_ahead(self._plan[: horizon.last + 1])
                programs = None
            if position > horizon.last:
                return
            yield position

    def _is_wrong(self, trial: Trial) -> bool:
        return any(
            isinstance(CHECKS[one.check](trial, one), Failed)
            for one in self._boxes.spec.criteria
            if one.check in ("output", "values")
        )

    def repeat(
        self, run: Run, submission: Submission, beside: Sequence[Callable[[], None]]
    ) -> None:
        """Make calls again, shuffled, and a few in another process, which has seen no other.

        What is to be done `beside` runs meanwhile.
        """
        stream = random.Random(f"fresh {self._seed}")
        wanted = CONFIRMING_ELSEWHERE if run.proved else CASES_ELSEWHERE
        count = min(wanted, len(run.trials))
        chosen = sorted(stream.sample(range(len(run.trials)), count), reverse=True)
        self._tick("repeating", 0, 1)
        shuffled = self._shuffle(run)
        lanes = [
            [one for one in shuffled if run.box_of(run.trials[one].case) is box]
            for box in run.boxes
        ]

        def in_a_fresh_one() -> dict[int, Observation]:
            run.fresh = self._boxes.open(submission)
            return run.repeat(chosen, run.fresh)

        general = [n for n, one in enumerate(run.trials) if one.case.in_general_position]
        reordered: list[dict[int, Observation]] = []

        def with_sets_reordered() -> None:
            for hash_seed in other_hash_seeds(submission.source):
                with self._boxes.open(submission, hash_seed=hash_seed) as box:
                    reordered.append(run.repeat((general or chosen)[:CASES_REORDERED], box))

        elsewhere: list[Callable[[], dict[int, Observation]]] = [in_a_fresh_one]
        if run.proved and len(run.boxes) > 1:  # then the process of the next lane will do
            elsewhere = []
            for number, lane in enumerate(lanes):
                before = run.boxes[number - 1]
                lane += [one for one in chosen if run.box_of(run.trials[one].case) is before]
        tasks: list[Callable[[], dict[int, Observation]]] = [
            functools.partial(run.repeat, positions, box)
            for positions, box in zip(lanes, run.boxes, strict=True)
        ]

        def do(task: Callable[[], None]) -> dict[int, Observation]:
            task()
            return {}

        others = [with_sets_reordered, *beside]
        tasks += [*elsewhere, *(functools.partial(do, task) for task in others)]
        for found in side_by_side(tasks, self._boxes.close):
            run.note_repeats(found)
        for found in reordered:
            run.note_reordered(found)

    def _shuffle(self, run: Run) -> list[int]:
        """Return positions of trials in another order, up to so many of each shape."""
        shuffled = list(range(len(run.trials)))
        random.Random(f"repeat {self._seed}").shuffle(shuffled)
        of_shape: dict[object, list[int]] = {}
        for position in shuffled:
            of_shape.setdefault(run.trials[position].case.shape_key, []).append(position)
        most = 1 if run.proved else REPEATS_OF_A_SHAPE
        chosen = {one for same in of_shape.values() for one in same[:most]}
        return [position for position in shuffled if position in chosen]


def observe_trial(
    box: Observer, reference: Reference, spec: ProblemSpec, case: Case, criterion: Criterion
) -> Trial:
    """Observe a loaded submission on one case, as far as one criterion has to know."""
    reference.work_ahead([case])
    actual = box.call(case)
    expected = reference.expect(case)
    if criterion.check in ABOUT_STRUCTURE and _lacks_evidence(actual, expected):
        actual = call_traced_afresh(box, case, actual)
    repeats = (box.call(case),) if criterion.check == "determinism" else ()
    return Trial(case, spec.output, expected, actual, repeats)


def call_traced_afresh(box: Observer, case: Case, before: Observation) -> Observation:
    """Call a case again with jax's caches cleared, so that jitted Python runs and shows itself.

    The answer stays that of the call before; only the evidence is the new call's.
    """
    again = box.call(case, clear_caches=True)
    return replace(before, evidence=again.evidence)


def _lacks_evidence(actual: Observation, expected: Expected) -> bool:
    if verdict_of(actual.outcome) is not None or actual.evidence.overflowed:
        return False
    wanted, found = expected.evidence, actual.evidence
    return bool((wanted.variables and not found.variables) or (wanted.reads and not found.reads))
