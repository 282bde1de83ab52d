"""The second way to observe a submission: as a program, made once, and run without compiling."""

from __future__ import annotations

import concurrent.futures
import functools
import itertools
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from grader import edges
from grader.cases import Case, CaseSource, draw_examples
from grader.checks import Trial
from grader.compare import allowed_error, describe_type_mismatch, errors
from grader.edges import Shape, ones_and_equals
from grader.errors import GraderError
from grader.looks import CASES_OF_A_SHAPE, MOST, Look, covering, look_at
from grader.observation import Lowered, NotAnArray, Returned
from grader.observer import Observer
from grader.proof import (
    Finding,
    Fixed,
    Made,
    Other,
    Proved,
    Traced,
    Unjudged,
    arrays_of,
    compare,
    holds_for,
    make_program,
    open_arguments,
    questions,
)
from grader.reference import Reference
from grader.spec import Criterion, ProblemSpec
from grader.unseen import may_go_unseen

SHAPES = 400  # drawn, to find some at which a program's path is another
MAX_FOLLOWED = 12  # paths that are traced, to see where they turn
MAX_TURNS = 8  # shapes, each with a path of its own, on which a function is called
CASES_OF_AN_EXPLORED_SHAPE = 3  # for so many cases of a plan, a program that differs is run on one
DEATHS = 3  # of analysts, until no more is run
EXPLORING_SECONDS = 10  # a net: a program may take long to run
SAME, OTHER = 1e-6, 1e-2  # of the largest entry: within and beyond, no bound is asked for
LOG = logging.getLogger("grader")
ABANDONED = Unjudged("its calls ended first", ended=True)


class Open(Protocol):
    """Starts a process, empty or with a submission in it."""

    def __call__(self) -> Observer: ...


@dataclass(frozen=True)
class Plan:
    """The cases of a judge, and where they come from."""

    spec: ProblemSpec
    source: CaseSource
    cases: Sequence[Case]
    seed: int

    @property
    def guide(self) -> Shape:
        """A shape that is like most others."""
        general = [case.shape for case in self.cases if case.in_general_position]
        return (general or [case.shape for case in self.cases])[-1]

    @functools.cached_property
    def confirming(self) -> int:
        """How many of the cases are called whatever is proved."""
        return self.source.confirming(len(self.cases))

    @functools.cached_property
    def shapes(self) -> list[Shape]:
        """Many shapes, none twice; those at the ends of the sizes come first."""
        drawn = draw_examples(self.source.shapes(), SHAPES, self.seed)
        pinned = (case.shape for case in self.source.pinned())
        ends = [shape for shape in pinned if edges.is_at_an_end(self.spec, shape)]
        return list({tuple(shape.items()): shape for shape in [*ends, *drawn]}.values())

    @functools.cached_property
    def telling_shapes(self) -> list[Shape]:
        """The same shapes, those first at which the least fits by luck."""
        return sorted(self.shapes, key=ones_and_equals)

    def case_of(self, shape: Shape) -> Case:
        """Return a case of a shape."""
        return self.cases_of(shape, 1)[0]

    def cases_of(self, shape: Shape, number: int) -> list[Case]:
        """Return so many cases of a shape."""
        return draw_examples(self.source.cases_of(shape), number, self.seed)


class Programs:
    """The program of one submission, beside the solution's. Use it as a context manager.

    They are compared in a thread; whoever asks for the `finding` waits until it is there.
    """

    def __init__(
        self,
        plan: Plan,
        reference: Reference,
        open_box: Open,
        start_analyst: Open,
        source: str,
    ) -> None:
        self._source = source
        self.plan, self.reference = plan, reference
        self._open_box, self._start_analyst = open_box, start_analyst
        self._asked = questions(plan.spec, plan.cases)
        self._found: concurrent.futures.Future[Finding] = concurrent.futures.Future()
        self._analyst: Observer | None = None
        self._box: Observer | None = None
        self._deaths = 0
        self._turning: list[Case] = []
        self._abandoned = threading.Event()
        self._lock = threading.Lock()
        self._observers: list[Observer] = []
        self._thread = threading.Thread(target=self._find, name="programs")

    def __enter__(self) -> Programs:
        if self._asked:  # before anything else that the reference is asked for
            self.reference.work_on_program(self._asked[0][0], self.plan.guide)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()
        self._thread.join()

    def abandon(self) -> None:
        """End its processes, from any thread; what is asked of them is answered at once."""
        with self._lock:
            self._abandoned.set()
            observers = list(self._observers)
        for one in observers:
            one.close()

    def _keep(self, observer: Observer) -> Observer:
        """Return a process that has begun, which ends with the others."""
        with self._lock:
            self._observers.append(observer)
            too_late = self._abandoned.is_set()
        if too_late:
            observer.close()
        return observer

    @property
    def confirming(self) -> int:
        """How many cases of the plan are called whatever is found."""
        return self.plan.confirming

    @property
    def finding(self) -> Finding:
        """What became of comparing the programs."""
        return self._found.result()

    @property
    def proved(self) -> bool:
        """Whether a proof stands for calls: nothing is fixed, and there is one path alone."""
        finding = self.finding
        if not isinstance(finding, Proved) or finding.fixed[0]:
            return False
        return finding.sure and not finding.turns

    def turning_cases(self) -> list[Case]:
        """Return cases of shapes at which the function may do something else, at most so many."""
        _ = self.finding  # only then is it known
        return list(self._turning)

    def explore(self) -> Case | None:
        """Run a program that differs on many shapes; return the first case that it gets wrong."""
        finding = self.finding
        if not isinstance(finding, Other):
            return None
        cases = (self.plan.case_of(shape) for shape in self.plan.shapes)
        matching = (case for case in cases if holds_for(finding.fixed[-1], case))
        started = time.monotonic()
        for case in itertools.islice(matching, len(self.plan.cases) // CASES_OF_AN_EXPLORED_SHAPE):
            if time.monotonic() - started > EXPLORING_SECONDS:
                return None
            wrong = self.what_is_wrong(case)
            if wrong is None:
                return None
            if wrong:
                return case
        return None

    def what_is_wrong(self, case: Case) -> Literal["output", "values", ""] | None:
        """Tell, by running both programs, what is wrong with the submission's answer on a case.

        None where that is not known: there is no such program, or it cannot be run.
        """
        finding = self.finding
        if not isinstance(finding, Other) or finding.turns:  # at some sizes it is another one
            return None
        fixed = finding.fixed[-1]
        if not holds_for(fixed, case):
            return None
        return self._run_both(finding.found, finding.wanted, fixed, case)

    def _run_both(
        self, submitted: Traced, wanted: Traced, fixed: Fixed, case: Case
    ) -> Literal["output", "values", ""] | None:
        """Run two programs on a case; return what is wrong with what the first one returns."""
        ahead = self.reference.run_program(wanted.lowered, fixed, case)
        found = self._run(submitted, fixed, case)
        expected = ahead.result()
        if found is None or expected is None:
            return None
        if describe_type_mismatch(expected, found) is not None:
            return "output"
        return "values" if self._is_off(case, expected, found) else ""

    def pair(self, shape: Shape, case: Case) -> tuple[Traced, Traced] | None:
        """Return the programs of one shape, of the submission and of the solution.

        Beside sizes, static arguments are fixed, as a case has them; other ints stay open.
        """
        fixed = self.fixed(shape, case)
        ahead = self.reference.work_on_program(fixed, shape)
        if self._box is None:
            return None
        found = make_program(self._box, self._ready_analyst(), self.plan.spec, fixed, shape)
        wanted = ahead.result()
        if isinstance(found, Traced) and isinstance(wanted, Traced):
            return found, wanted
        return None

    def fixed(self, shape: Shape, case: Case) -> Fixed:
        """Return what is fixed in the programs of one shape."""
        program = self.plan.spec.program
        names = (*program.static, *program.symbolic) if program else ()
        return {name: shape[name] if name in shape else int(case.arguments[name]) for name in names}

    def contradicts(self, trial: Trial, criterion: Criterion) -> bool:
        """Tell whether a wrong answer is not the one that the submission's program gives."""
        case, actual = trial.case, trial.actual.outcome
        if criterion.check not in ("output", "values"):
            return False
        if not isinstance(actual, Returned | NotAnArray):
            return False
        finding = self.finding
        if not isinstance(finding, Proved | Other) or finding.turns:
            return False
        if isinstance(finding, Proved):
            return finding.sure and any(holds_for(fixed, case) for fixed in finding.fixed)
        if not holds_for(finding.fixed[-1], case):
            return False
        found = self._run(finding.found, finding.fixed[-1], case)
        if found is None or not isinstance(actual, Returned):
            return found is not None
        if describe_type_mismatch(actual, found) is not None:
            return True
        allowed = self.reference.expect(case).allowed
        if allowed.shape != actual.array.shape:
            return self._is_off(case, actual, found)
        return bool((errors(actual.array, found.array) > allowed).any())

    def _find(self) -> None:
        try:
            finding = self._compare()
        except Exception as error:
            if self._abandoned.is_set():
                self._found.set_result(ABANDONED)
            elif isinstance(error, GraderError):  # it is raised where the finding is asked for
                self._found.set_exception(error)
            else:  # a bug of ours costs the proof alone
                LOG.exception("comparing programs failed")
                reason = f"comparing it failed with {type(error).__name__}"
                self._found.set_result(Unjudged(reason, ended=True))
        else:
            self._found.set_result(finding)

    def _compare(self) -> Finding:
        plan = self.plan
        turns: dict[object, Shape] = {}  # a shape for each path but the one at the guide
        unknown: list[Fixed] = []
        tried = 0
        self._ready_analyst()
        self._box = box = self._keep(self._open_box())
        if self._abandoned.is_set():
            return ABANDONED

        def of_submission(fixed: Fixed) -> Made:
            nonlocal tried
            made = make_program(box, self._ready_analyst(), plan.spec, fixed, plan.guide)
            if isinstance(made, Traced) and made.lowered.compared:
                tried = len(plan.telling_shapes)
                found = self._turning_shapes(box)
                unknown.extend([fixed] if found is None else [])
                turns.update(found or {})
            return made

        def of_solution(fixed: Fixed) -> Made:
            return self.reference.program(fixed, plan.guide)

        finding = compare(self._asked, of_submission, of_solution)
        if isinstance(finding, Proved | Other):
            self._follow(box, finding.fixed[-1], turns)
        others: list[Shape] = []
        if isinstance(finding, Proved):
            finding = replace(finding, sure=finding.sure and not unknown, tried=tried)
            if not finding.sure or may_go_unseen(self._source):
                others = covering(plan.spec, plan.telling_shapes)
        if isinstance(finding, Proved | Other):
            found = self._look_at(list(turns.values())[:MOST], others)
            self._turning = found[:MAX_TURNS]
            shapes = tuple(case.shape for case in self._turning)
            finding = replace(finding, turns=shapes, unlooked=max(0, len(turns) - MOST))
        return finding

    def _follow(self, box: Observer, fixed: Fixed, turns: dict[object, Shape]) -> None:
        """Add shapes for paths that are known only from where a path turns: an elif, say."""
        left = list(turns.values())
        for _ in range(MAX_FOLLOWED):
            if not left or self._abandoned.is_set():
                return
            guide = left.pop(0)
            arguments = open_arguments(self.plan.spec, fixed)
            if not isinstance(box.lower(arguments, guide, follow=True), Lowered):
                continue
            found = self._turning_shapes(box) or {}
            left += [shape for key, shape in found.items() if key not in turns]
            turns.update(found)

    def _turning_shapes(self, box: Observer) -> dict[object, Shape] | None:
        """Return a shape, the most telling one, for each path that a box's traces leave open."""
        shapes = self.plan.telling_shapes
        found = box.turns(shapes)
        if found is None:
            return None
        chosen = [shapes[number] for number in found if number < len(shapes)]
        return {tuple(shape.items()): shape for shape in chosen}

    def _look_at(self, turning: Sequence[Shape], others: Sequence[Shape]) -> list[Case]:
        """Return cases to be called: of shapes that look wrong, then of others that turn."""

        def look(shape: Shape) -> Look:
            cases = self.plan.cases_of(shape, CASES_OF_A_SHAPE)
            return look_at(self.plan.spec, cases, self._pair_of, self._is_wrong)

        looks = [look(shape) for shape in turning if not self._abandoned.is_set()]
        more = [look(shape) for shape in others if not self._abandoned.is_set()]
        suspected = [one.case for one in (*looks, *more) if one.suspected]
        return suspected + [one.case for one in looks if not one.suspected]

    def _pair_of(self, case: Case) -> tuple[Traced, Traced] | None:
        return self.pair(case.shape, case)

    def _is_wrong(self, found: Traced, wanted: Traced, case: Case) -> bool:
        """Tell, by running two programs of a case's shape, whether the first is wrong."""
        return bool(self._run_both(found, wanted, self.fixed(case.shape, case), case))

    def _ready_analyst(self) -> Observer:
        if self._analyst is None:
            self._analyst = self._keep(self._start_analyst())
        return self._analyst

    def _run(self, traced: Traced, fixed: Fixed, case: Case) -> Returned | None:
        if self._deaths == DEATHS:
            return None
        arrays = arrays_of(self.plan.spec, fixed, case)
        analyst = self._ready_analyst()
        found = analyst.interpret(traced.lowered, arrays)
        if not analyst.alive:
            self._analyst = None
            self._deaths += 1
        return found if isinstance(found, Returned) else None

    def _is_off(self, case: Case, expected: Returned, found: Returned) -> bool:
        off = errors(expected.array, found.array)
        tolerance = self.plan.spec.tolerance
        if tolerance.kind != "bound":
            return bool((off > allowed_error(tolerance, expected.array, None)).any())
        finite = np.abs(expected.array[np.isfinite(expected.array)]).astype(np.float64)
        scale = float(finite.max(initial=0.0))
        if (off <= SAME * scale).all():
            return False
        if (off > OTHER * scale).any():
            return True
        allowed = self.reference.expect(case).allowed
        return allowed.shape == off.shape and bool((off > allowed).any())
