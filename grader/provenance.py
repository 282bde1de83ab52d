"""Finds out where answers come from, by making the calls again with something falsified.

Evidence says what was read; it does not say what became of it. A learner may compare the lifted
layer with a plain one, whose output is then thrown away, and a lifted layer may be applied for
show. So calls are made in a process of their own in which, from the import on,

- plain modules read false parameters: an answer that stays right does not come from them;
- lifted modules read false parameters: an answer that stays right does not come from those.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grader.checks import CHECKS, Failed, Trial
from grader.checks.transforms import fails_by_plain_reads_alone
from grader.compare import describe_type_mismatch, errors
from grader.messages import verdict_of
from grader.observation import Falsified, Observation, Raised, Returned
from grader.spec import ProblemSpec
from grader.trials import OpenBox, Run

SHAPES = 3  # on so many distinct shapes an answer has to show where it comes from


class Provenance:
    """Asks a submission where its answers come from; `open_box` starts a process of it."""

    def __init__(self, spec: ProblemSpec, seed: int, open_box: OpenBox) -> None:
        self._criteria = [one for one in spec.criteria if one.check == "transforms"]
        self._seed, self._open_box = seed, open_box

    def settle(self, run: Run) -> None:
        """Have the run's trials say which reads count, and which answers are not lifted."""
        trials = self._choose(run)
        if not self._criteria or not trials:
            return
        plain = any(fails_by_plain_reads_alone(trial) for trial in run.trials)
        if plain and self._is_without_plain_reads(trials):
            run.forgive_plain_reads()
            trials = self._choose(run)
        if self._criterion_holds(run.trials):
            self._mark_untouched(run, trials)

    def _criterion_holds(self, trials: Sequence[Trial]) -> bool:
        return not any(
            isinstance(CHECKS[one.check](trial, one), Failed)
            for one in self._criteria
            for trial in trials
        )

    def _is_without_plain_reads(self, trials: Sequence[Trial]) -> bool:
        """Tell whether the answers stay right where plain modules read false parameters.

        Where every such call raises, as a comparison fails, the last bits of the lifted output
        decide: an answer that is another in every entry is made of them.
        """
        for slightly in (False, True):
            found, end = self._call(trials, Falsified.PLAIN, slightly)
            if end is None:
                return all(found)
        found, end = self._call(trials, Falsified.LIFTED, slightly=True)
        return end is None and not any(found)

    def _mark_untouched(self, run: Run, trials: Sequence[Trial]) -> None:
        if not any(trial.expected.evidence.reads for trial in trials):
            return
        found, end = self._call(trials, Falsified.LIFTED, slightly=False)
        if end is not None or _is_untouched(trials, found):
            # A comparison may have noticed: then another answer is given, or an exception raised.
            # What is false in its last bits alone passes, and shows whether it is used.
            found, end = self._call(trials, Falsified.LIFTED, slightly=True)
        if end is not None and not isinstance(end.outcome, Raised):
            ended = trials[len(found)]  # which the last bits of a parameter are no reason for
            run.trials = [
                replace(trial, actual=end) if trial is ended else trial for trial in run.trials
            ]
            return
        found += [False] * (len(trials) - len(found))  # what raises again depends on it
        if _is_untouched(trials, found):
            untouched = trials[found.index(True)]
            run.trials = [
                replace(trial, untouched=True) if trial is untouched else trial
                for trial in run.trials
            ]

    def _choose(self, run: Run) -> list[Trial]:
        """Return telling trials: two of one shape, then others; large and small ones first.

        Where one program is proved for all shapes, one shape will do. Where it takes another path
        on some, each path is one to be told about.
        """
        telling = [trial for trial in run.trials if _is_telling(trial)]
        general = [trial for trial in telling if trial.case.in_general_position] or telling
        first = list({trial.case.shape_key: trial for trial in reversed(general)}.values())
        first.sort(key=lambda trial: (sum(trial.case.shape.values()), trial.case.id))
        if not first:
            return []
        large, others = first.pop(), first[1:]
        random.Random(f"provenance {self._seed}").shuffle(others)
        again = [trial for trial in general if trial.case.shape_key == large.case.shape_key]
        shapes = 1 if run.proved else SHAPES
        chosen = [large, again[-1], *[*first[:1], *others][: shapes - 1]]
        turned = {case.id for case in run.turned} - {trial.case.id for trial in chosen}
        return chosen + [trial for trial in telling if trial.case.id in turned]

    def _call(
        self, trials: Sequence[Trial], what: Falsified, slightly: bool
    ) -> tuple[list[bool], Observation | None]:
        """Return for each trial whether its answer stays; and the call that did not return.

        It ends the calling. It may only have noticed the difference: a slight one may escape it.
        """
        found: list[bool] = []
        with self._open_box(what, slightly) as box:
            for trial in trials:
                after = box.call(trial.case)
                if verdict_of(after.outcome) is not None:
                    return found, after
                any_entry = what is Falsified.LIFTED and _is_right(trial)
                found.append(_stays(trial, after, slightly, any_entry=any_entry))
        return found, None


def _is_untouched(trials: Sequence[Trial], stays: Sequence[bool]) -> bool:
    """Tell whether answers that stay as they are show that nothing lifted is used.

    One right answer is enough. A wrong one may pass what is lifted through a sign or a clip, and
    an argmax may well stay the same: of those, all have to stay.
    """
    if len(stays) < len(trials):
        return False
    exact = [one for trial, one in zip(trials, stays, strict=True) if _shows_every_change(trial)]
    return any(exact) or (bool(stays) and all(stays))


def _shows_every_change(trial: Trial) -> bool:
    return _array(trial.actual).dtype.kind not in "iub" and _is_right(trial)


def _is_right(trial: Trial) -> bool:
    found = trial.actual.outcome
    wanted = trial.expected.returned
    if not isinstance(found, Returned) or describe_type_mismatch(wanted, found) is not None:
        return False
    return bool((errors(wanted.array, found.array) <= trial.expected.allowed).all())


def _is_telling(trial: Trial) -> bool:
    if not isinstance(trial.actual.outcome, Returned):
        return False
    array = trial.actual.outcome.array
    return array.shape == trial.expected.allowed.shape and bool(_solid(trial).any())


def _solid(trial: Trial) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which entries are finite and large enough for a false one to be told from them."""
    array = _array(trial.actual)
    if array.dtype.kind in "iub":
        return np.ones(array.shape, dtype=bool)
    size = np.abs(array.astype(np.complex128))
    return np.asarray(np.isfinite(size) & (size > 4 * trial.expected.allowed), dtype=bool)


def _stays(trial: Trial, after: Observation, slightly: bool, *, any_entry: bool) -> bool:
    """Tell whether an answer, or for floats already some solid entry of it, is as before."""
    if not isinstance(after.outcome, Returned):
        return any_entry  # nothing that could be compared: it does not show where it comes from
    before, array = _array(trial.actual), after.outcome.array
    if before.shape != array.shape or before.dtype != array.dtype:
        return False
    allowed = 0.0 if slightly else trial.expected.allowed
    same = errors(before, array) <= allowed
    if not any_entry or before.dtype.kind in "iub":
        return bool(same.all())
    return bool((same & _solid(trial)).any())


def _array(observation: Observation) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    return observation.outcome.array if isinstance(observation.outcome, Returned) else np.empty(0)
