"""Runs a submission over the cases: once in order, once more shuffled, some in a fresh process."""

from __future__ import annotations

import random
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from grader.cases import Case
from grader.checks import ABOUT_STRUCTURE, Expected, Trial
from grader.isolation import Level
from grader.messages import verdict_of
from grader.observation import (
    Falsified,
    Limit,
    Loaded,
    LoadOutcome,
    Observation,
    Raised,
    Stopped,
)
from grader.observer import Observer
from grader.reference import Reference
from grader.sandbox import BY_THEMSELVES, Starter
from grader.spec import Criterion, ProblemSpec
from grader.submission import Submission

CASES_IN_A_FRESH_PROCESS = 4
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
    _open: weakref.WeakSet[Observer] = field(default_factory=weakref.WeakSet, compare=False)

    def start(self, cases: int = 1) -> Observer:
        """Return a new, empty box for so many cases."""
        box = Observer(self.spec, self.level, cases=cases, starter=self.starter)
        self._open.add(box)
        return box

    def close(self) -> None:
        """End every box that is open, from any thread; each call in one is answered at once."""
        for box in list(self._open):
            box.close()

    def open(
        self,
        submission: Submission,
        falsified: Falsified = Falsified.NOTHING,
        slightly: bool = False,
    ) -> Observer:
        """Return a box in which the submission was loaded, or every call says why not."""
        box = self.start()
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
    box: Observer
    fresh: Observer | None = None
    printed: str = ""
    plain_reads_count: bool = True
    surplus: int = 0  # bytes kept of answers beyond what the right ones take

    @property
    def lifts(self) -> bool:
        """Whether on some case a lifted transform mapped over more than one example."""
        reads = (read for trial in self.trials for read in trial.actual.evidence.reads)
        return any(read.examples > 1 and not read.is_plain for read in reads)

    def note_lifting(self) -> None:
        """Have every trial say whether anything is lifted on some case."""
        lifts = self.lifts
        self.trials = [replace(trial, lifts_elsewhere=lifts) for trial in self.trials]

    def forgive_plain_reads(self) -> None:
        """From now on, reads outside every lifted transform do not count."""
        self.plain_reads_count = False
        self.trials = [replace(trial, actual=self.weigh(trial.actual)) for trial in self.trials]

    def weigh(self, observation: Observation) -> Observation:
        """Return an observation of this submission with the evidence that counts."""
        if self.plain_reads_count:
            return observation
        return replace(observation, evidence=observation.evidence.without_plain_reads())

    def repeat(self, position: int, box: Observer) -> bool:
        """Make the call of a trial again; return whether the box can go on."""
        trial = self.trials[position]
        again = self.keep(box.call(trial.case), trial.expected)
        self.trials[position] = replace(trial, repeats=(*trial.repeats, again))
        return verdict_of(again.outcome) is None or isinstance(again.outcome, Raised)

    def keep(self, actual: Observation, expected: Expected) -> Observation:
        """Return an observation, or the limit where too much would be kept of this submission."""
        wanted = Observation(expected.returned, expected.evidence)
        self.surplus += max(0, actual.size - wanted.size)
        allowed = self.box.limits.answer_mib
        if self.surplus <= allowed << 20:
            return actual
        return Observation(Stopped(Limit.ANSWERS, allowed, "MiB"))

    def close(self) -> None:
        """End every process of the run."""
        try:
            self.box.close()
        finally:
            if self.fresh is not None:
                self.fresh.close()


class Runner:
    """Runs submissions over one plan of cases."""

    def __init__(
        self, boxes: Boxes, reference: Reference, plan: Sequence[Case], seed: int, tick: Tick
    ) -> None:
        self._boxes, self._reference, self._plan = boxes, reference, plan
        self._seed, self._tick = seed, tick

    def run(self, submission: Submission) -> Run:
        """Observe a submission on every case; a call that does not return ends the run."""
        box = self._boxes.start(cases=len(self._plan))
        run: Run | None = None
        try:
            loaded = box.load(submission.source, submission.path.name)
            run = Run(loaded, [], box)
            if isinstance(loaded, Loaded):
                self._first_pass(run, submission)
                run.note_lifting()
                run.printed = box.printed
                if all(verdict_of(trial.actual.outcome) is None for trial in run.trials):
                    self._repeat_shuffled(run)
                    self._repeat_in_a_fresh_process(run, submission)
            else:
                run.printed = box.printed
            return run
        except BaseException:
            (run or box).close()
            raise

    def _first_pass(self, run: Run, submission: Submission) -> None:
        seen: set[object] = set()
        wanting = True  # until evidence was missing for good once: then the criterion is lost
        for position, case in enumerate(self._plan):
            self._tick("calling", position, len(self._plan))
            expected = self._reference.expect(case)  # first: what it compiles, the box reads
            actual = run.keep(run.box.call(case), expected)
            first_of_shape = case.shape_key not in seen
            seen.add(case.shape_key)
            if first_of_shape and wanting and _lacks_evidence(actual, expected):
                actual = call_traced_afresh(run.box, case, actual)
                if _lacks_evidence(actual, expected):  # it may keep compiled programs of its own
                    with self._boxes.open(submission) as box:
                        actual = replace(actual, evidence=box.call(case).evidence)
                wanting = not _lacks_evidence(actual, expected)
            trial = Trial(case, self._boxes.spec.output, expected, actual, complete=first_of_shape)
            run.trials.append(trial)
            if verdict_of(actual.outcome) is not None:
                return

    def _repeat_shuffled(self, run: Run) -> None:
        order = list(range(len(run.trials)))
        random.Random(f"repeat {self._seed}").shuffle(order)
        for done, position in enumerate(order):
            self._tick("repeating", done, len(order))
            if not run.repeat(position, run.box):
                return

    def _repeat_in_a_fresh_process(self, run: Run, submission: Submission) -> None:
        stream = random.Random(f"fresh {self._seed}")
        count = min(CASES_IN_A_FRESH_PROCESS, len(run.trials))
        chosen = sorted(stream.sample(range(len(run.trials)), count), reverse=True)
        self._tick("repeating in a fresh process", 0, 1)
        run.fresh = self._boxes.open(submission)
        for position in chosen:
            if not run.repeat(position, run.fresh):
                return


def observe_trial(
    box: Observer, reference: Reference, spec: ProblemSpec, case: Case, criterion: Criterion
) -> Trial:
    """Observe a loaded submission on one case, as far as one criterion has to know."""
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
    if verdict_of(actual.outcome) is not None:
        return False
    wanted, found = expected.evidence, actual.evidence
    return bool((wanted.variables and not found.variables) or (wanted.reads and not found.reads))
