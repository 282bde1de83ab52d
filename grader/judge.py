"""The path of one request: submission in, report out."""

from __future__ import annotations

import contextlib
import functools
import logging
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from grader import pairs, witness
from grader.cases import Case, CaseSource
from grader.catalog import Problem
from grader.checks import ABOUT_ANSWERS, ABOUT_STRUCTURE
from grader.counterexample import NOT_REPEATED, Bench, Found, Seeker
from grader.diagnose import Diagnosis
from grader.draft import Draft
from grader.errors import GraderError
from grader.isolation import Level
from grader.levels import choose_level
from grader.messages import describe_load, hint_on_raising, verdict_of
from grader.observation import Loaded, NotLoaded, Outcome, Raised, Stopped
from grader.processes import Starter
from grader.programs import Plan, Programs
from grader.provenance import Provenance
from grader.reference import Reference
from grader.report import Mistake, Report, RunInfo
from grader.rubric import Ruling, deciding, largest_error, rule, verdict_on
from grader.spec import CheckName
from grader.store import Store
from grader.submission import Submission
from grader.text import count
from grader.trials import Boxes, OpenBox, Run, Runner, Tick
from grader.verdict import Verdict

JOBS = 2  # boxes of a submission side by side, whatever the machine: see `grader.trials`
LOG = logging.getLogger("grader")
LOG.addHandler(logging.NullHandler())  # only the command prints


class Judge:
    """Grades submissions for one problem on one plan of cases. Use it as a context manager.

    The same seed and number of cases give the same plan; `tick(what, done, of)` is told of the
    progress. Without a `level`, boxes are as strong as this machine allows; without a `starter`,
    it starts workers in its own way.
    """

    def __init__(  # noqa: PLR0913 - each is something that a caller may choose
        self,
        problem: Problem,
        *,
        seed: int,
        cases: int = 100,
        tick: Tick | None = None,
        level: Level | None = None,
        starter: Starter | None = None,
        jobs: int = JOBS,
        programs: bool = True,
    ) -> None:
        with contextlib.ExitStack() as cleanup:
            if starter is None:
                starter = Starter.with_cache()  # its imports run while the cases are drawn
                cleanup.callback(starter.close)
            self._boxes = Boxes(problem.spec, level or choose_level(), starter, problem.packages)
            self._problem, self._seed, self._requested = problem, seed, cases
            self._jobs, self._with_programs = jobs, programs
            self._tick: Tick = tick or (lambda *_: None)
            self._source = CaseSource(problem.cases, problem.spec)
            distinct = problem.spec.cases.distinct_shapes
            self.plan: list[Case] = self._source.draw(cases, distinct, seed)
            self._drawn = Plan(problem.spec, self._source, self.plan, seed)
            self._reference = Reference(problem, starter, Store(problem), jobs)
            cleanup.callback(self._reference.close)
            self._diagnosis = Diagnosis(problem, starter)
            cleanup.callback(self._diagnosis.close)
            self._cleanup = cleanup.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def interrupt(self) -> None:
        """End the boxes of the submission in hand: every call in them is answered at once."""
        self._boxes.close()

    def grade(self, submission: Submission) -> Report:
        """Return the report on a submission; a fault of ours is a report too."""
        how = RunInfo.now(self._jobs, self._with_programs)
        draft = Draft(self._problem, submission, self._requested, self._seed, how)
        if submission.refusal is not None:
            draft.refuse(submission.refusal)
            return draft.finish()
        try:
            self._grade(submission, draft)
        except GraderError as fault:
            draft.blame_the_judge(str(fault))
        except (
            Exception
        ) as fault:  # a bug of ours must not look like the learner's, nor end a class
            LOG.exception("grading %s failed", submission.name)
            draft.blame_the_judge(f"{type(fault).__name__}: {fault}")
        return draft.finish()

    def _grade(self, submission: Submission, draft: Draft) -> None:
        runner = Runner(self._boxes, self._reference, self.plan, self._seed, self._tick, self._jobs)
        with contextlib.ExitStack() as stack:
            programs = self._programs_of(submission, stack)
            ahead = self.plan[: programs.confirming] if programs else self.plan
            self._reference.work_ahead(ahead)
            run = runner.run(submission, programs)
            stack.callback(run.close)
            self._reference.stop_ahead()
            if run.returned:
                self._look_closer(submission, runner, run, programs, draft)
            draft.durations["calls"] = time.monotonic() - draft.started
            draft.note_run(run)
            if programs is not None and run.returned:
                draft.note_program(programs.finding)
            if isinstance(run.loaded, Loaded):
                self._conclude(submission, run, draft, programs if run.returned else None)
            else:
                self._refuse(run, draft)

    def _programs_of(self, submission: Submission, stack: contextlib.ExitStack) -> Programs | None:
        if not self._with_programs or self._problem.spec.program is None:
            return None
        programs = Programs(
            self._drawn,
            self._reference,
            self._opener(submission),
            self._boxes.start,
            submission.source,
        )
        return stack.enter_context(programs)

    def _look_closer(
        self,
        submission: Submission,
        runner: Runner,
        run: Run,
        programs: Programs | None,
        draft: Draft,
    ) -> None:
        """Make calls again, ask where answers come from, and run a program that differs."""
        provenance = Provenance(self._problem.spec, self._seed, self._opener(submission))
        suspects: list[Case] = []

        def explore() -> None:
            case = programs.explore() if programs else None
            suspects.extend([case] if case else [])

        settle = functools.partial(provenance.settle, run)
        answers_right = _are_answers_right(rule(self._problem.spec, run.trials))
        runner.repeat(run, submission, [settle, *([explore] if answers_right else [])])
        for case in suspects:
            runner.call_beside(run, case)
        self._compare_pairs(submission, runner, run, programs)
        if programs is None:
            return
        rulings = rule(self._problem.spec, run.trials)
        answers_right = _are_answers_right(rulings)
        if suspects and answers_right:
            draft.note_contradiction()
        if _holds("variables", rulings):
            copied = witness.find_copies(programs, run.telling_case, thoroughly=answers_right)
            if copied is not None:  # and Flax does not say it
                run.note_copies(copied, witness.describe_copies(programs, copied))

    def _compare_pairs(
        self, submission: Submission, runner: Runner, run: Run, programs: Programs | None
    ) -> None:
        """Look at what calls tell that differ in one thing alone, and at odd numbers."""
        proved = programs is not None and programs.proved
        rulings = rule(self._problem.spec, run.trials)  # what is noted below changes no other
        answers_right = _are_answers_right(rulings)
        if _holds("variables", rulings):
            pairs.note_growth(run, self._opener(submission))
        if _holds("transforms", rulings):
            thoroughly = answers_right and not proved
            pairs.note_independence(run, self._opener(submission), thoroughly=thoroughly)
        if answers_right and not proved:
            runner.call_nonfinite(run, self._source.nonfinite())

    def _refuse(self, run: Run, draft: Draft) -> None:
        names = [argument.name for argument in self._problem.spec.arguments]
        message = describe_load(run.loaded, self._problem.spec.entry_point, names)
        draft.refuse(message, verdict_of(run.loaded) or Verdict.INVALID_SUBMISSION)
        if isinstance(run.loaded, Stopped):
            draft.note_exception(run.loaded)
            draft.mistake = self._diagnosis.of_limit(run.loaded, draft.submission.source)
            draft.hint = draft.mistake.hint if draft.mistake else ""
        if isinstance(run.loaded, NotLoaded):
            draft.note_exception(run.loaded.raised)
            draft.mistake = self._diagnosis.of_refusal(run.loaded)
            forbidden = run.loaded.raised.forbidden if run.loaded.raised else None
            if draft.mistake is not None:
                draft.hint = draft.mistake.hint
            elif forbidden is not None:
                draft.hint = forbidden.hint

    def _conclude(
        self, submission: Submission, run: Run, draft: Draft, programs: Programs | None
    ) -> None:
        rulings = rule(self._problem.spec, run.trials)
        decided_by = deciding(rulings, run.trials)
        draft.verdict = verdict_on(decided_by)
        draft.largest_error = largest_error(run.trials)
        if decided_by is None:
            draft.message = f"right on {count(len(run.trials), 'case')}"
            draft.rule(rulings, {})
            return
        self._explain(submission, run, draft, rulings, decided_by, programs)

    def _opener(self, submission: Submission) -> OpenBox:
        return functools.partial(self._boxes.open, submission)

    def _hint_on_memory(self) -> str:
        criteria = self._problem.spec.criteria
        return next((one.hint for one in criteria if one.check == "determinism"), "")

    def _hint(self, draft: Draft, decided_by: Ruling, outcome: Outcome) -> str:
        if isinstance(outcome, Raised) and outcome.forbidden is not None:
            return outcome.forbidden.hint
        if draft.mistake is not None:
            return draft.mistake.hint
        if draft.verdict in (Verdict.WRONG_ANSWER, Verdict.WRONG_STRUCTURE):
            return decided_by.criterion.hint
        return hint_on_raising(outcome) if isinstance(outcome, Raised) else ""

    def _explain(
        self,
        submission: Submission,
        run: Run,
        draft: Draft,
        rulings: list[Ruling],
        decided_by: Ruling,
        programs: Programs | None,
    ) -> None:
        self._diagnosis.start()  # its imports run while we shrink
        started = time.monotonic()
        bench = Bench(
            self._problem.spec,
            self._reference,
            self._source,
            self._seed,
            self._opener(submission),
            functools.partial(self._tick, "looking for a smaller counterexample", 0, 1),
        )
        seeker = Seeker(bench, run, programs)
        found: dict[str, Found] = {}
        for ruling in (ruling for ruling in rulings if ruling.failures):
            self._tick("looking for a smaller counterexample", len(found), len(rulings))
            found[ruling.criterion.id] = seeker.seek(ruling)
        draft.rule(rulings, found)
        deciding_one = found[decided_by.criterion.id]
        draft.message = deciding_one.failed.message
        if deciding_one.note == NOT_REPEATED:
            draft.message += f"; {NOT_REPEATED}"
            draft.hint = self._hint_on_memory()
        outcome = deciding_one.trial.actual.outcome
        if programs is not None:
            self._explain_program(draft, programs, decided_by, found)
        draft.note_exception(outcome if isinstance(outcome, Raised | Stopped) else None)
        draft.durations["shrinking"] = time.monotonic() - started
        started = time.monotonic()
        self._tick("naming the mistake", 0, 1)
        if isinstance(outcome, Stopped):
            draft.mistake = self._diagnosis.of_limit(outcome, submission.source)
        else:
            draft.mistake = self._name(draft, seeker, rulings, decided_by, deciding_one)
        if draft.mistake is not None or not draft.hint:
            draft.hint = self._hint(draft, decided_by, outcome)
        draft.durations["diagnosis"] = time.monotonic() - started

    def _name(
        self,
        draft: Draft,
        seeker: Seeker,
        rulings: Sequence[Ruling],
        decided_by: Ruling,
        found: Found,
    ) -> Mistake | None:
        """Return the known mistake; that answers do not repeat explains what else goes wrong."""
        source = draft.submission.source
        unsteady = next(
            (one for one in rulings if one.failures and one.criterion.check == "determinism"), None
        )
        if unsteady is not None:
            seen = seeker.unsteady(unsteady)
            named = self._diagnosis.of_behaviour(draft.verdict, seen, source)
            if named is not None:
                return named
        seen = seeker.behaviours(decided_by, found.trial)
        return self._diagnosis.of_behaviour(draft.verdict, seen, source)

    @staticmethod
    def _explain_program(
        draft: Draft, programs: Programs, decided_by: Ruling, found: Mapping[str, Found]
    ) -> None:
        if programs.contradicts(found[decided_by.criterion.id].trial, decided_by.criterion):
            draft.note_contradiction()
        about_structure = [
            one.id for one in draft.problem.spec.criteria if one.check in ABOUT_STRUCTURE
        ]
        for name in about_structure:
            if name in found:
                draft.note_products(witness.products(programs, found[name].trial.case))
                return


def _are_answers_right(rulings: Sequence[Ruling]) -> bool:
    return not any(one.failures for one in rulings if one.criterion.check in ABOUT_ANSWERS)


def _holds(check: CheckName, rulings: Sequence[Ruling]) -> bool:
    return any(one.passed for one in rulings if one.criterion.check == check)
