"""The report: the record that every renderer and every machine reads.

Its JSON Schema is published by ``grader schema``. NaN and the infinities are written as the
strings "NaN", "Infinity" and "-Infinity" and read back as numbers.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from grader.isolation import Level, Standing, could, kernel_facts
from grader.verdict import Verdict

SCHEMA_VERSION: Literal[1] = 1


class ReportRecord(BaseModel):
    """A frozen record that refuses unknown keys and keeps NaN and infinity apart from null."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        ser_json_inf_nan="strings",
        json_schema_serialization_defaults_required=True,
    )


Number = Annotated[
    float,
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]},
        mode="serialization",
    ),
]


class ArrayValue(ReportRecord):
    """An array by value: its entries in C order, floats exactly as they were."""

    dtype: str
    shape: tuple[int, ...]
    values: list[int | Number]

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> ArrayValue:
        """Return the record of an array of real numbers."""
        wide = array if array.dtype.kind in "iub" else array.astype(np.float64)
        values = wide.astype(int) if wide.dtype.kind == "b" else wide
        return cls(dtype=array.dtype.name, shape=array.shape, values=values.ravel().tolist())


class Difference(ReportRecord):
    """One entry of the output that is further off than is allowed."""

    index: int
    place: str = Field(description='where it lies, e.g. "row 1, feature 2"')
    expected: Number
    actual: Number
    allowed: Number


class Counterexample(ReportRecord):
    """The smallest input found on which a criterion fails."""

    case: str = Field(description="an id that depends on the inputs alone")
    shape: dict[str, int]
    inputs: dict[str, int | ArrayValue]
    expected: ArrayValue | None = None
    actual: ArrayValue | None = None
    differences: list[Difference] = []
    wrong_entries: int = 0
    note: str = Field(default="", description="how the search for a smaller one ended")
    snippet: str = Field(default="", description="Python that shows it without the judge")


class CriterionResult(ReportRecord):
    """One line of the rubric; `passed` is null where it could not be reached."""

    id: str
    title: str
    passed: bool | None
    points: int
    max_points: int
    message: str
    counterexample: Counterexample | None = None


class Mistake(ReportRecord):
    """A known mistake that behaves exactly as the submission does."""

    id: str
    title: str
    explanation: str
    hint: str


class TracebackLine(ReportRecord):
    """A frame of the submission's own code."""

    line: int
    function: str
    source: str


class SubmissionInfo(ReportRecord):
    """Which file was graded."""

    path: str
    sha256: str = Field(description="of the content; empty if the file could not be read")


class CasesInfo(ReportRecord):
    """How much was tried."""

    requested: int
    run: int
    distinct_shapes: int
    seed: int


class RunInfo(ReportRecord):
    """How a file was graded, beside the cases: what it takes to repeat it, and when it was."""

    started: str = Field(description="the date and time, in UTC, as ISO 8601 has it")
    jobs: int = Field(description="how many worker processes shared the cases")
    programs: bool = Field(description="whether programs were to be compared, beside the calls")

    @classmethod
    def now(cls, jobs: int, programs: bool) -> RunInfo:
        """Return the record of a run that starts now."""
        started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(started=started, jobs=jobs, programs=programs)


class Isolation(ReportRecord):
    """The walls around the submission while it ran, and what was found open from inside."""

    level: Level
    walls: list[str] = Field(description="what was put up, and took effect")
    open: dict[str, str] = Field(
        description="each probe that got through, and what a submission could have done there"
    )
    limits: dict[str, float] = Field(description="the problem's, with their units in the names")
    kernel: dict[str, str] = Field(description="facts about this machine's system")

    @classmethod
    def of(cls, standing: Standing) -> Isolation:
        """Return the record of what was found to stand."""
        return cls(
            level=standing.level,
            walls=list(standing.walls),
            open={name: could(name) for name in standing.open},
            limits=standing.limits,
            kernel=kernel_facts(),
        )


class ProductsInfo(ReportRecord):
    """What is multiplied by which parameters, on the counterexample, in plain words."""

    submission: str
    reference: str


class ProgramInfo(ReportRecord):
    """Whether the submission and the reference are one program, for all sizes that stay open."""

    finding: Literal["proved", "other", "not_traced", "not_judged"]
    fixed: list[dict[str, int]] = Field(
        description="the arguments and sizes that were not left open, as programs were compared"
    )
    message: str = Field(description="the finding in one sentence")
    products: ProductsInfo | None = Field(
        default=None, description="where a structure is wrong, and products show it"
    )
    contradicted: bool = Field(
        default=False, description="called for real, the function did not do what its program does"
    )


class Durations(ReportRecord):
    """Seconds of wall time; this and `run.started` are all that two equal runs do not share."""

    total: float = 0.0
    calls: float = 0.0
    shrinking: float = 0.0
    diagnosis: float = 0.0


class Report(ReportRecord):
    """What the judge says about one submission."""

    schema_version: Literal[1] = SCHEMA_VERSION
    problem: str = Field(description="its name; empty if the file could not be read")
    submission: SubmissionInfo
    verdict: Verdict
    message: str = Field(description="the verdict in one sentence")
    hint: str = Field(default="", description="one hint, where something is wrong")
    points: int
    max_points: int
    criteria: list[CriterionResult]
    mistake: Mistake | None = None
    exception: str = Field(
        default="", description="the type and the message of what was raised, as they were"
    )
    traceback: list[TracebackLine] = []
    untouched: bool = Field(
        default=False, description="the file is the problem's starter, with nothing changed"
    )
    following: str = Field(
        default="", description="the problem that comes next, where this one was accepted"
    )
    largest_error: Number | None = Field(
        default=None,
        description="the largest error over all cases as a fraction of what is allowed",
    )
    cases: CasesInfo
    run: RunInfo | None = Field(
        default=None, description="null in a report of a version that did not say it"
    )
    program: ProgramInfo | None = Field(
        default=None, description="null where no program was made of the submission"
    )
    isolation: Isolation | None = Field(
        default=None, description="null where nothing of the submission ran"
    )
    versions: dict[str, str]
    durations: Durations
    stdout: str = Field(description="what the submission printed, made safe and cut")

    @property
    def unreadable(self) -> bool:
        """Whether there was no file to grade; the message says why."""
        return not self.submission.sha256

    def to_json_line(self) -> str:
        """Return the report as JSON on one line, without the line end."""
        return self.model_dump_json()


def fraction(error: float, allowed: float) -> float:
    """Return error / allowed, where nothing of nothing is nothing; not finite is infinitely off."""
    if not math.isfinite(error):  # whatever is allowed
        return math.inf
    if error == 0:
        return 0.0
    return error / allowed if allowed else math.inf
