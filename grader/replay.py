"""Runs the counterexample of a report again."""

from __future__ import annotations

import contextlib
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.cases import CaseSource
from grader.catalog import Course
from grader.checks import CHECKS, Failed, Held
from grader.compare import describe_type_mismatch
from grader.errors import SpecError, UsageError
from grader.isolation import Level
from grader.messages import describe_load, describe_outcome, verdict_of
from grader.observation import Loaded
from grader.processes import Starter
from grader.provenance import Provenance
from grader.reference import Reference
from grader.report import CriterionResult, Report
from grader.spec import Criterion
from grader.store import Store
from grader.submission import read_submission
from grader.text import legible
from grader.trials import Boxes, Run, observe_trial

MAX_REPORT_BYTES = 64 << 20


def read_reports(path: Path) -> list[Report]:
    """Read a file of reports, one JSON object a line.

    Raises:
      UsageError: it cannot be read, or a line is not a report of this version.
    """
    try:
        if path.stat().st_size > MAX_REPORT_BYTES:
            raise UsageError(f"{path}: is larger than {MAX_REPORT_BYTES >> 20} MiB")
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not a report: it is not UTF-8 text") from None
    reports = [_read_report(path, n, line) for n, line in enumerate(lines, 1) if line.strip()]
    if not reports:
        raise UsageError(f"{path}: holds no report; `grader grade --report FILE` writes one")
    return reports


def _read_report(path: Path, line_number: int, line: str) -> Report:
    try:
        return Report.model_validate(_made_safe(json.loads(line)))
    except (ValueError, RecursionError, ValidationError):
        raise UsageError(
            f"{path}, line {line_number}: is not a report of this version of the judge; "
            "`grader grade --report FILE` writes one"
        ) from None


def _made_safe(value: Any) -> Any:
    """Return what JSON holds with its text safe to show: a report may come from anybody."""
    if isinstance(value, str):
        return legible(value, len(value))
    if isinstance(value, list):
        return [_made_safe(one) for one in value]
    if isinstance(value, dict):
        return {legible(key, len(key)): _made_safe(one) for key, one in value.items()}
    return value


def choose_results(
    reports: list[Report], criterion: str | None
) -> list[tuple[Report, CriterionResult]]:
    """Return of each report the criterion named, else the first, that has a counterexample.

    Reports that have none are passed over.

    Raises:
      UsageError: no report has one.
    """
    failed = [
        (report, [result for result in report.criteria if result.counterexample is not None])
        for report in reports
    ]
    wanted = [
        (report, next((r for r in results if criterion in (None, r.id)), None))
        for report, results in failed
    ]
    chosen = [(report, result) for report, result in wanted if result is not None]
    if chosen:
        return chosen
    known = ", ".join(sorted({result.id for _, results in failed for result in results}))
    if criterion is None or not known:
        raise UsageError("no report in the file has a counterexample")
    raise UsageError(f"--criterion {criterion}: has no counterexample; these have one: {known}")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What running a counterexample again showed; `changed` says that the file is another now."""

    still_fails: bool
    message: str
    changed: bool


def replay(course: Course, report: Report, result: CriterionResult, level: Level) -> Replayed:
    """Run a counterexample again, in boxes of that isolation level.

    Raises:
      UsageError: the submission can no longer be read.
      JudgeError: the reference failed.
    """
    problem = course.problem(report.problem)
    submission = read_submission(Path(report.submission.path))
    counterexample = result.counterexample
    criterion = next((c for c in problem.spec.criteria if c.id == result.id), None)
    if counterexample is None or criterion is None:
        raise UsageError(f"the problem {problem.name} has no criterion {result.id} any more")
    source = CaseSource(problem.cases, problem.spec)
    try:
        case = source.replay(counterexample.shape, counterexample.inputs)
    except (SpecError, ValueError, OverflowError):
        raise UsageError("the counterexample does not fit the problem any more") from None
    changed = submission.sha256 != report.submission.sha256
    if submission.refusal is not None:
        return Replayed(True, submission.refusal, changed)
    with (
        contextlib.closing(Starter.with_cache()) as starter,
        Reference(problem, starter, Store(problem)) as reference,
        (boxes := Boxes(problem.spec, level, starter, problem.packages)).start() as box,
    ):
        loaded = box.load(submission.source, submission.path.name)
        if not isinstance(loaded, Loaded):
            names = [argument.name for argument in problem.spec.arguments]
            said = describe_load(loaded, problem.spec.entry_point, names)
            return Replayed(True, said, changed)
        run = Run(loaded, [observe_trial(box, reference, problem.spec, case, criterion)], [box])
        open_another = functools.partial(boxes.open, submission)
        if criterion.check == "determinism":
            with open_another() as another:
                run.note_repeats(run.repeat([0], another))
        if criterion.check == "transforms":
            for other in source.pinned():  # whether anything is lifted may show on one of these
                if other.in_general_position and not run.lifts:
                    trial = observe_trial(box, reference, problem.spec, other, criterion)
                    run.trials.append(trial)
            run.note_lifting()
            Provenance(problem.spec, report.cases.seed, open_another).settle(run)
    return _conclude(run, criterion, changed)


def _conclude(run: Run, criterion: Criterion, changed: bool) -> Replayed:
    findings = [CHECKS[criterion.check](trial, criterion) for trial in run.trials]
    for finding in findings:
        if isinstance(finding, Failed):
            return Replayed(True, finding.message, changed)
    if all(isinstance(finding, Held) for finding in findings):
        return Replayed(False, "", changed)
    trial, actual = run.trials[0], run.trials[0].actual
    mismatch = describe_type_mismatch(trial.expected.returned, actual.outcome)
    returned = verdict_of(actual.outcome) is None
    why = mismatch if returned and mismatch else describe_outcome(actual.outcome)
    return Replayed(True, f"the call {why}", changed)
