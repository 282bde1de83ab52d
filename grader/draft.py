"""Puts a report together, piece by piece as it becomes known."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader import __version__
from grader.catalog import Course, Problem
from grader.checks import ABOUT_ANSWERS
from grader.compare import Array
from grader.counterexample import Found
from grader.errors import GraderError, SpecError, UnreadableError
from grader.isolation import Standing
from grader.messages import whole_exception
from grader.observation import Raised, Returned, Stopped
from grader.proof import NAMES, Finding, describe_finding
from grader.report import (
    ArrayValue,
    CasesInfo,
    Counterexample,
    CriterionResult,
    Durations,
    Isolation,
    Mistake,
    ProductsInfo,
    ProgramInfo,
    Report,
    RunInfo,
    SubmissionInfo,
    TracebackLine,
)
from grader.rubric import Ruling
from grader.snippet import write_snippet
from grader.spec import CheckName
from grader.submission import Submission, same_code
from grader.text import count, legible, legible_path
from grader.trials import Run
from grader.verdict import Verdict

MAX_ENTRIES_SHOWN = 4096  # of an answer of the wrong shape, which may be of any size


@dataclass
class Draft:
    """A report in the making. Until something else is known, nothing was reached."""

    problem: Problem
    submission: Submission
    requested: int
    seed: int
    run: RunInfo
    verdict: Verdict = Verdict.JUDGE_ERROR
    message: str = ""
    hint: str = ""
    mistake: Mistake | None = None
    exception: str = ""
    traceback: list[TracebackLine] = field(default_factory=list)
    largest_error: float | None = None
    criteria: list[CriterionResult] = field(default_factory=list)
    versions: Mapping[str, str] = field(default_factory=dict)
    standing: Standing | None = None
    printed: str = ""
    program: ProgramInfo | None = None
    contradicted: bool = False
    cases_run: int = 0
    shapes_run: int = 0
    durations: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def note_run(self, run: Run) -> None:
        """Take over what a run says beside its trials."""
        self.printed, self.standing, self.versions = run.printed, run.box.standing, run.box.versions
        self.cases_run = len(run.trials)
        self.shapes_run = len({trial.case.shape_key for trial in run.trials})

    def refuse(self, message: str, verdict: Verdict = Verdict.INVALID_SUBMISSION) -> None:
        """Conclude that the file cannot be graded at all."""
        self.verdict, self.message = verdict, message

    def blame_the_judge(self, fault: str) -> None:
        """Conclude that we failed; whatever was found so far no longer counts."""
        self.verdict = Verdict.JUDGE_ERROR
        self.message = f"judge error (not your fault): {fault}; seed {self.seed}"
        self.criteria, self.mistake, self.traceback = [], None, []
        self.hint, self.exception, self.largest_error = "", "", None

    def note_program(self, finding: Finding) -> None:
        """Keep what became of making programs."""
        self.program = ProgramInfo(
            finding=NAMES[type(finding)],
            fixed=[dict(fixed) for fixed in finding.fixed],
            message=describe_finding(finding, self.problem.spec, self.submission.source),
            contradicted=self.contradicted,
        )

    def note_products(self, both: tuple[str, str] | None) -> None:
        """Keep what is multiplied by which parameters, in its program and the reference's."""
        if both is not None and self.program is not None:
            products = ProductsInfo(submission=both[0], reference=both[1])
            self.program = self.program.model_copy(update={"products": products})

    def note_contradiction(self) -> None:
        """Keep that a call did not do what its program does."""
        self.contradicted = True
        if self.program is not None:
            self.program = self.program.model_copy(update={"contradicted": True})

    def rule(self, rulings: Sequence[Ruling], found: Mapping[str, Found]) -> None:
        """Take over the rulings, with the counterexamples of those that failed."""
        self.criteria = [self._result(r, found.get(r.criterion.id)) for r in rulings]

    def note_exception(self, raised: Raised | Stopped | None) -> None:
        """Keep the whole of an exception, and the learner's own frames with their source lines.

        Of a limit, the lines are those that were running.
        """
        self.exception = whole_exception(raised) if isinstance(raised, Raised) else ""
        lines = self.submission.source.split("\n")
        for line in raised.lines if raised else ():
            known = 0 < line.number <= len(lines)
            text = legible(lines[line.number - 1], 200) if known else ""
            self.traceback.append(
                TracebackLine(line=line.number, function=line.function, source=text)
            )

    def finish(self) -> Report:
        """Return the report."""
        not_reached = [
            CriterionResult(
                id=criterion.id,
                title=criterion.title,
                passed=None,
                points=0,
                max_points=criterion.points,
                message="not reached",
            )
            for criterion in self.problem.spec.criteria
        ]
        criteria = self.criteria or not_reached
        self.durations["total"] = time.monotonic() - self.started
        return Report(
            problem=self.problem.name,
            submission=SubmissionInfo(path=self.submission.name, sha256=self.submission.sha256),
            verdict=self.verdict,
            message=self.message,
            hint=self.hint,
            points=sum(result.points for result in criteria),
            max_points=self.problem.spec.max_points,
            criteria=criteria,
            mistake=self.mistake,
            exception=self.exception,
            traceback=self.traceback,
            untouched=self._is_untouched(),
            following=self._following() if self.verdict is Verdict.ACCEPTED else "",
            largest_error=self.largest_error,
            cases=CasesInfo(
                requested=self.requested,
                run=self.cases_run,
                distinct_shapes=self.shapes_run,
                seed=self.seed,
            ),
            run=self.run,
            program=self.program,
            isolation=Isolation.of(self.standing) if self.standing else None,
            versions={"grader": __version__, **self.versions},
            durations=Durations(**{k: round(v, 3) for k, v in self.durations.items()}),
            stdout=self.printed,
        )

    def _is_untouched(self) -> bool:
        try:
            starter = self.problem.load_starter()
        except SpecError:  # the course's fault; `start` says so
            return False
        return same_code(self.submission.source, starter)

    def _following(self) -> str:
        try:
            names = [one.name for one in Course(self.problem.folder.parents[1]).problems()]
        except GraderError:  # another problem of the course is broken; this verdict stands
            return ""
        behind = names[names.index(self.problem.name) + 1 :] if self.problem.name in names else []
        return behind[0] if behind else ""

    def _result(self, ruling: Ruling, found: Found | None) -> CriterionResult:
        criterion = ruling.criterion
        if found is not None:
            message = found.failed.message
        elif ruling.passed:
            message = f"held on {count(self.cases_run, 'case')}"
        else:
            message = "not reached on every case"
        return CriterionResult(
            id=criterion.id,
            title=criterion.title,
            passed=ruling.passed,
            points=ruling.points,
            max_points=criterion.points,
            message=message,
            counterexample=self._counterexample(found, criterion.check) if found else None,
        )

    def _counterexample(self, found: Found, check: CheckName) -> Counterexample:
        trial = found.trial
        expected = trial.expected.returned.array
        outcome = trial.actual.outcome
        actual = outcome.array if isinstance(outcome, Returned) else None
        about_answers = check in ABOUT_ANSWERS
        return Counterexample(
            case=trial.case.id,
            shape=dict(trial.case.shape),
            inputs=trial.case.inputs(),
            expected=_shown(expected) if about_answers else None,
            actual=_shown(actual) if about_answers else None,
            differences=list(found.failed.differences),
            wrong_entries=found.failed.wrong_entries,
            note=found.note,
            snippet=write_snippet(
                self.problem.spec, self.submission.name, trial.case, check, expected
            ),
        )


def report_unreadable(
    path: Path, fault: UnreadableError, requested: int, seed: int, run: RunInfo
) -> Report:
    """Return the report on a path that is no file which can be read; no problem was chosen."""
    return Report(
        problem="",
        submission=SubmissionInfo(path=legible_path(os.fspath(path)), sha256=""),
        verdict=Verdict.INVALID_SUBMISSION,
        message=str(fault),
        points=0,
        max_points=0,
        criteria=[],
        cases=CasesInfo(requested=requested, run=0, distinct_shapes=0, seed=seed),
        run=run,
        versions={"grader": __version__},
        durations=Durations(),
        stdout="",
    )


def _shown(array: Array | None) -> ArrayValue | None:
    if array is None or array.dtype.kind == "c" or array.size > MAX_ENTRIES_SHOWN:
        return None
    return ArrayValue.of(array)
