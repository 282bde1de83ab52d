"""Runs a submission over the cases: once in order, once more shuffled, some in a fresh process."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.cases import Case
from grader.checks import Expected, Trial
from grader.messages import verdict_of
from grader.observation import Loaded, LoadOutcome, Observation, Raised
from grader.observer import Observer
from grader.reference import Reference
from grader.spec import ProblemSpec
from grader.submission import Submission

CASES_IN_A_FRESH_PROCESS = 4
Tick = Callable[[str, int, int], None]


@dataclass
class Run:
    """What was observed of one submission; `boxes` stay open until `close`."""

    loaded: LoadOutcome
    trials: list[Trial]
    box: Observer
    fresh: Observer | None = None
    printed: str = ""

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
        self, spec: ProblemSpec, reference: Reference, plan: Sequence[Case], seed: int, tick: Tick
    ) -> None:
        self._spec, self._reference, self._plan = spec, reference, plan
        self._seed, self._tick = seed, tick

    def run(self, submission: Submission) -> Run:
        """Observe a submission on every case; a call that does not return ends the run."""
        box = Observer(self._spec, cases=len(self._plan))
        run: Run | None = None
        try:
            loaded = box.load(submission.source, submission.path.name)
            run = Run(loaded, [], box)
            if isinstance(loaded, Loaded):
                self._first_pass(run)
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

    def fresh_box(self, submission: Submission) -> Observer:
        """Return another process with the submission loaded."""
        box = Observer(self._spec, cases=len(self._plan))
        try:
            box.load(submission.source, submission.path.name)
            return box
        except BaseException:
            box.close()
            raise

    def perturb(self, run: Run, submission: Submission) -> None:
        """Call one case with lifted outputs falsified: does the answer come from them?

        In a process of its own, where nothing that the submission keeps is known yet.
        """
        position = next(
            (n for n, trial in enumerate(run.trials) if trial.case.in_general_position), 0
        )
        trial = run.trials[position]
        if not trial.expected.evidence.reads:
            return
        with self.fresh_box(submission) as box:
            perturbed = box.call(trial.case, clear_caches=True, perturb=True)
        run.trials[position] = replace(trial, perturbed=perturbed)

    def _first_pass(self, run: Run) -> None:
        seen: set[object] = set()
        wanting = True  # until evidence was missing for good once: then the criterion is lost
        for position, case in enumerate(self._plan):
            self._tick("calling", position, len(self._plan))
            actual = run.box.call(case)
            first_of_shape = case.shape_key not in seen
            seen.add(case.shape_key)
            expected = self._reference.expect(case)
            if first_of_shape and wanting and _lacks_evidence(actual, expected):
                actual = call_traced_afresh(run.box, case, actual)
                wanting = not _lacks_evidence(actual, expected)
            trial = Trial(case, self._spec.output, expected, actual, complete=first_of_shape)
            run.trials.append(trial)
            if verdict_of(actual.outcome) is not None:
                return

    def _repeat_shuffled(self, run: Run) -> None:
        order = list(range(len(run.trials)))
        random.Random(f"repeat {self._seed}").shuffle(order)
        for done, position in enumerate(order):
            self._tick("repeating", done, len(order))
            if not self._repeat(run, run.box, position):
                return

    def _repeat_in_a_fresh_process(self, run: Run, submission: Submission) -> None:
        stream = random.Random(f"fresh {self._seed}")
        count = min(CASES_IN_A_FRESH_PROCESS, len(run.trials))
        chosen = sorted(stream.sample(range(len(run.trials)), count), reverse=True)
        self._tick("repeating in a fresh process", 0, 1)
        run.fresh = self.fresh_box(submission)
        for position in chosen:
            if not self._repeat(run, run.fresh, position):
                return

    def _repeat(self, run: Run, box: Observer, position: int) -> bool:
        trial = run.trials[position]
        again = box.call(trial.case)
        run.trials[position] = replace(trial, repeats=(*trial.repeats, again))
        return verdict_of(again.outcome) is None or isinstance(again.outcome, Raised)


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
