"""Names the mistake: the sample that does what the submission did, where it went wrong.

Tiny cases make mistakes look alike, so a sample has to agree on the counterexample and on a few
failing cases in general position.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.cases import Case
from grader.catalog import Problem
from grader.checks.determinism import agree
from grader.checks.transforms import Signature, signature
from grader.compare import errors
from grader.messages import gist_of, verdict_of
from grader.observation import (
    Evidence,
    Limit,
    Loaded,
    LoadOutcome,
    NotAnArray,
    NotLoaded,
    Observation,
    Outcome,
    Raised,
    Returned,
    Stopped,
)
from grader.observer import Observer
from grader.processes import BY_THEMSELVES, Starter
from grader.report import Mistake
from grader.samples import Sample, load_samples
from grader.text import did_you_mean, parse_python
from grader.verdict import Verdict

Details = tuple[set[str], set[tuple[Signature, int]]]
SCOPE = re.compile(r'"/[^"]*"')  # a module's path, as Flax writes it
IN_MODULE = re.compile(r"\bin Module \w+")
CALLS = re.compile(r"\.(init|apply|bind)(?:_with_output)?\(")  # the three ways into a module
JAX_LOOP = "while_loop"
MAX_KNOWN = 500  # observations of samples that are kept
CALLED = frozenset({Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE, Verdict.RUNTIME_ERROR})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a submission did on one case, and whether a second call did the same."""

    case: Case
    observation: Observation
    repeats: bool


class Diagnosis:
    """The samples in a trusted process of their own, ready to be compared with.

    What they do on a case is kept, as files of one class make the same mistakes.
    """

    def __init__(self, problem: Problem, starter: Starter = BY_THEMSELVES) -> None:
        self._problem, self._starter = problem, starter
        self._observer: Observer | None = None
        self._samples: list[Sample] = []
        self._known: dict[tuple[str, str], Behaviour | None] = {}

    def close(self) -> None:
        """End the process."""
        if self._observer is not None:
            self._observer.close()

    def start(self) -> Observer:
        """Have the process start, if it is not there, and return it; its imports take a while."""
        if self._observer is None or not self._observer.alive:
            self._observer = Observer(self._problem.spec, level=None, starter=self._starter)
        self._samples = self._samples or load_samples(self._problem)
        return self._observer

    def of_behaviour(
        self, verdict: Verdict, seen: Sequence[Behaviour], source: str = ""
    ) -> Mistake | None:
        """Return the known mistake that behaves as was seen on every one of these cases.

        `source` is the submission's: an exception has to come out of a call of the same kind.
        """
        if verdict not in CALLED or not seen:
            return None
        self.start()
        alike = [
            sample
            for sample in self._samples
            if sample.verdict is verdict and self._behaves_so(sample, seen, source)
        ]
        # Several may, say one that swaps axes and one that transposes: then details decide.
        if len(alike) > 1:
            alike.sort(key=lambda sample: self._closeness(sample, seen[0]), reverse=True)
        return next((sample.mistake for sample in alike), None)

    def of_limit(self, stopped: Stopped, source: str) -> Mistake | None:
        """Return the known mistake that ends at the same limit, without running it.

        Much may take too long; of a loop is spoken where the lines that ran are in one.
        """
        if stopped.limit is Limit.CPU and not _runs_in_a_loop(stopped, source):
            return None
        samples = self._samples or load_samples(self._problem)
        return next((one.mistake for one in samples if one.limit is stopped.limit), None)

    def of_refusal(self, refused: NotLoaded) -> Mistake | None:
        """Return the known mistake that keeps a file from being used in the same way."""
        self.start()
        for sample in self._samples:
            if sample.verdict is not Verdict.INVALID_SUBMISSION:
                continue
            loaded = self._load(sample)
            if isinstance(loaded, NotLoaded) and self._kind(loaded) == self._kind(refused):
                return sample.mistake
        return None

    def _behaves_so(self, sample: Sample, seen: Sequence[Behaviour], source: str) -> bool:
        for behaviour in seen:
            own = self._behaviour(sample, behaviour.case)
            if own is None or own.repeats != behaviour.repeats:
                return False
            one, other = own.observation, behaviour.observation
            if not own.repeats:
                continue  # that is the mistake, whatever else was done
            if not same_outcome(one.outcome, other.outcome):
                return False
            called = _called(one.outcome, sample.source), _called(other.outcome, source)
            if all(called) and not called[0] & called[1]:
                return False
            if isinstance(other.outcome, NotAnArray) or all(called):
                continue  # its type, or that call, is the mistake, whatever was done before
            if not same_evidence(one.evidence, other.evidence):
                return False
        return True

    def _closeness(self, sample: Sample, behaviour: Behaviour) -> tuple[bool, bool]:
        """Return which details are alike, the more telling one first."""
        own = self._behaviour(sample, behaviour.case)
        details = _details(own.observation) if own is not None else (set(), set())
        wanted = _details(behaviour.observation)
        return details[0] == wanted[0], details[1] == wanted[1]

    def _behaviour(self, sample: Sample, case: Case) -> Behaviour | None:
        """Return what a sample does on a case, or None if it does not load."""
        key = _module(sample), case.id
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:  # what is compiled for them fills the process
                self._known.clear()
                self.close()
            self._known[key] = self._observe(sample, case)
        return self._known[key]

    def _observe(self, sample: Sample, case: Case) -> Behaviour | None:
        # Loaded afresh: what it has under jit is then traced, and shows itself.
        if not isinstance(self._load(sample), Loaded):
            return None
        observer = self.start()
        first = observer.call(case, module=_module(sample))
        second = observer.call(case, module=_module(sample)) if observer.alive else first
        return Behaviour(case, first, same_outcome(first.outcome, second.outcome))

    def _load(self, sample: Sample) -> LoadOutcome:
        return self.start().load(sample.source, f"{sample.id}.py", _module(sample))

    def _kind(self, refused: NotLoaded) -> tuple[str, bool, str, str]:
        near = did_you_mean(self._problem.spec.entry_point, list(refused.names))
        raised = refused.raised
        named = (raised.type_name, _gist(raised)) if raised else ("", "")
        return refused.kind, bool(near), *named


def behaviour(case: Case, first: Observation, second: Observation) -> Behaviour:
    """Return the behaviour that two calls on one case show."""
    if verdict_of(first.outcome) is None:
        return Behaviour(case, first, agree(first, second))
    return Behaviour(case, first, same_outcome(first.outcome, second.outcome))


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes are alike: the same answer but for rounding, or error."""
    if isinstance(one, Returned) and isinstance(other, Returned):
        return _same_array(one, other)
    if isinstance(one, Raised) and isinstance(other, Raised):
        return one.type_name == other.type_name and _gist(one) == _gist(other)
    return isinstance(one, NotAnArray) and one == other


def same_evidence(one: Evidence, other: Evidence) -> bool:
    """Tell whether the same variables existed and were read under the same transforms."""
    if one.variables != other.variables:
        return False
    return _structure(one) == _structure(other)


def _structure(evidence: Evidence) -> set[tuple[str, tuple[str, ...], Signature, int]]:
    return {(r.collection, r.path, signature(r), r.examples) for r in evidence.reads}


def _details(observation: Observation) -> Details:
    """Return what is no matter of right or wrong: other axes, and how params were initialised."""
    evidence = observation.evidence
    axes = {t.axes for read in evidence.reads for t in read.transforms}
    return axes, {(signature(read), read.examples) for read in evidence.unused_reads}


def _same_array(one: Returned, other: Returned) -> bool:
    first, second = one.array, other.array
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    scale = float(np.max(np.abs(second.astype(np.float64)), initial=0.0))
    # another order of summation, say: 1e-5 of the largest entry separates no two mistakes
    return bool((errors(first, second) <= 1e-5 * scale).all())


def _runs_in_a_loop(stopped: Stopped, source: str) -> bool:
    """Tell whether a line that ran lies in a `while`, or calls jax's own."""
    tree = parse_python(source)
    if tree is None:
        return False
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.While)]
    text = source.split("\n")
    return any(
        any(loop.lineno <= line.number <= (loop.end_lineno or 0) for loop in loops)
        or JAX_LOOP in "".join(text[line.number - 1 : line.number])
        for line in stopped.lines
    )


def _gist(raised: Raised) -> str:
    """Return what an exception says first, without numbers and names, which are a file's own."""
    told = gist_of(raised.message or "")[:200]
    return re.sub(r"\d+", "#", IN_MODULE.sub("in Module _", SCOPE.sub('"/"', told)))


def _called(outcome: Outcome, source: str) -> set[str]:
    """Return the ways into a module on the line that raised, if it did and has any.

    Flax says the same of a variable that is missing in `init` and in `apply`, for other reasons.
    """
    lines = source.split("\n")
    number = outcome.lines[-1].number if isinstance(outcome, Raised) and outcome.lines else 0
    return set(CALLS.findall(lines[number - 1])) if 0 < number <= len(lines) else set()


def _module(sample: Sample) -> str:
    return f"sample_{sample.verdict}_{sample.id}"
