"""The contract of a problem, as read from its problem.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.errors import SpecError
from grader.text import did_you_mean

IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"
CASES_OF_TOTAL = 100  # the cases that the limits on all calls are for; twice as many get twice that
CheckName = Literal["output", "values", "determinism", "variables", "transforms"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArgumentSpec(Record):
    """One positional argument of the entry point.

    An ``int`` travels as it is. A ``jax`` or ``numpy`` argument is an array of that library,
    with the given dtype and a shape of named sizes.

    `range` has the smallest and the largest value that may come; an int that is a size has the
    range of that size. With `nonfinite`, NaN and the infinities may come too: the call may then
    raise an exception, and no finite number may take the place of an entry that the reference
    has as NaN or infinite.
    """

    name: str = Field(pattern=IDENTIFIER)
    kind: Literal["int", "jax", "numpy"]
    dtype: str | None = None
    shape: tuple[str, ...] | None = None
    range: tuple[float, float] | None = None
    nonfinite: bool = False

    @model_validator(mode="after")
    def _arrays_say_their_type(self) -> ArgumentSpec:
        for value in (self.dtype, self.shape):
            if (self.kind == "int") == (value is not None):
                raise ValueError("an array needs dtype and shape, an int has neither")
        if self.range is not None and not self.range[0] <= self.range[1]:
            raise ValueError(f"the range of {self.name} ends before it begins")
        if self.nonfinite and not (self.dtype or "").startswith(("float", "bfloat", "complex")):
            raise ValueError(f"nonfinite: {self.name} is no array of floats")
        return self


class OutputSpec(Record):
    """How to speak of one entry of the flat output.

    `axes` maps a label to the named size it runs over, outermost first; together they cover
    the output, so that entry 7 can be called "row 1, feature 2".
    """

    axes: dict[str, str] = Field(default_factory=dict)


class Limits(Record):
    """What one submission may use; the defaults suit an exercise of small arrays."""

    cpu_seconds: float = Field(default=10, gt=0, le=3600)  # processor time of one call
    compile_seconds: float = Field(default=5, ge=0, le=3600)  # beside, on a new shape
    idle_seconds: float = Field(default=10, gt=0, le=3600)  # one call, not computing at all
    wall_seconds: float = Field(default=120, gt=0, le=7200)  # one call, whatever it does
    total_cpu_seconds: float = Field(default=300, gt=0, le=36000)  # a process; 100 cases or fewer
    total_wall_seconds: float = Field(default=900, gt=0, le=72000)  # likewise
    memory_mib: int = Field(default=1024, ge=256)  # resident
    address_space_mib: int = Field(default=4096, ge=1536)  # below 1.5 GiB jax itself fails
    open_files: int = Field(default=128, ge=32)
    threads: int = Field(default=64, ge=16)  # jax and XLA have a dozen of their own
    scratch_mib: int = Field(default=0, ge=0)  # the folder that it may write in; 0: there is none
    answer_mib: int = Field(default=64, ge=1)  # the largest array it may return
    printed_kib: int = Field(default=4096, ge=1)  # all that it may print
    kept_kib: int = Field(default=16, ge=1, le=1024)  # how much of that a report keeps


class CaseSpec(Record):
    """How many shapes the drawn cases of a run are spread over; each costs a compilation."""

    distinct_shapes: int = Field(default=16, ge=1)


class ProgramSpec(Record):
    """What stays open where the entry point is made a program, judged for all inputs at once.

    The sizes named in `symbolic` stay symbols, so that the program is one for all of them. The
    arguments in `static` are part of a program: one is made for each value that is listed, and
    for one that a run's cases have.
    """

    symbolic: tuple[str, ...] = ()
    static: dict[str, tuple[int, ...]] = Field(default_factory=dict)


class ShrinkSpec(Record):
    """When the search for smaller counterexamples of one report stops: at the first of these."""

    seconds: float = Field(default=30, gt=0)
    calls: int = Field(default=300, ge=0)
    new_shapes: int = Field(default=6, ge=0)


class Tolerance(Record):
    """How far an output may be from the expected one.

    ``bound``: the solution's `error_bound` says so, entry by entry. ``fixed``: entry by entry
    at most ``atol + rtol * |expected|``. ``exact``: not at all.
    """

    kind: Literal["bound", "fixed", "exact"]
    rtol: float = Field(default=0, ge=0, allow_inf_nan=False)
    atol: float = Field(default=0, ge=0, allow_inf_nan=False)


class Criterion(Record):
    """A line of the rubric."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    check: CheckName
    points: int = Field(ge=0)
    ignore_created: tuple[str, ...] = ()  # variables: collections that may be created beside
    hint: str = ""


class CourseSpec(Record):
    """Everything a course.toml says.

    `packages` are those, by the names that they are imported by, that submissions may import
    beside the standard library, JAX, Flax, NumPy and what these need.
    """

    packages: tuple[Annotated[str, Field(pattern=IDENTIFIER)], ...]


class ProblemSpec(Record):
    """Everything a problem.toml says."""

    title: str = Field(min_length=1)
    summary: str = Field(min_length=1)
    entry_point: str = Field(pattern=IDENTIFIER)
    position: int = 0
    tags: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    hints: tuple[str, ...] = Field(min_length=1)
    arguments: tuple[ArgumentSpec, ...] = Field(min_length=1)
    sizes: dict[str, tuple[int, int]] = Field(default_factory=dict)  # smallest and largest
    output: OutputSpec = OutputSpec()
    limits: Limits = Limits()
    cases: CaseSpec = CaseSpec()
    shrink: ShrinkSpec = ShrinkSpec()
    program: ProgramSpec | None = None
    tolerance: Tolerance
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_distinct(self) -> ProblemSpec:
        for what, names in (
            ("argument", [argument.name for argument in self.arguments]),
            ("criterion", [criterion.id for criterion in self.criteria]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"two of the {what} names are the same")
        self._ranges_are_known()
        if self.program is not None:
            self._sizes_of_programs_are_known(self.program)
        if not any(criterion.check == "output" for criterion in self.criteria):
            raise ValueError("a problem needs a criterion whose check is output")
        return self

    def _ranges_are_known(self) -> None:
        """Where mistakes hide is known only where it is said what may come."""
        named = {size for argument in self.arguments for size in argument.shape or ()}
        ints = {argument.name for argument in self.arguments if argument.kind == "int"}
        for size in sorted(named - set(self.sizes)):
            raise ValueError(f"sizes.{size}: is missing: its smallest and its largest value")
        for size, (smallest, largest) in self.sizes.items():
            if size not in named | ints:
                raise ValueError(f"sizes.{size}: no argument has that size")
            if not 0 <= smallest <= largest:
                raise ValueError(f"sizes.{size}: {smallest} to {largest} is no range of a size")
        for argument in self.arguments:
            if argument.dtype == "bool":  # there are but two
                continue
            if (argument.name in self.sizes) == (argument.range is not None):
                raise ValueError(
                    f"{argument.name}: needs a range of its values: range = [smallest, largest]"
                    if argument.range is None
                    else f"{argument.name}: is a size; its range stands under sizes"
                )

    def _sizes_of_programs_are_known(self, program: ProgramSpec) -> None:
        ints = {argument.name for argument in self.arguments if argument.kind == "int"}
        sizes = {size for argument in self.arguments for size in argument.shape or ()}
        for name in program.static:
            if name not in ints:
                raise ValueError(f"program.static: {name} is no argument of kind int")
            if not program.static[name]:
                raise ValueError(f"program.static: {name} has no value")
        for size in program.symbolic:
            if size not in sizes:
                raise ValueError(f"program.symbolic: no argument has the size {size}")
        for size in sorted(sizes - set(program.symbolic) - set(program.static)):
            raise ValueError(f"program: the size {size} is neither symbolic nor a static argument")

    @property
    def max_points(self) -> int:
        """The points of all criteria together."""
        return sum(criterion.points for criterion in self.criteria)


PARTS_OF_A_PROBLEM: tuple[type[BaseModel], ...] = (
    *(ProblemSpec, ArgumentSpec, OutputSpec, Limits, CaseSpec, ProgramSpec, ShrinkSpec),
    *(Tolerance, Criterion),
)
T = TypeVar("T", bound=BaseModel)


def load_spec(path: Path) -> ProblemSpec:
    """Read a problem.toml.

    Raises:
      SpecError: it is missing, not TOML, or not as described here; the text names the key.
    """
    return _load(path, ProblemSpec, PARTS_OF_A_PROBLEM)


def load_course_spec(path: Path) -> CourseSpec:
    """Read a course.toml.

    Raises:
      SpecError: as for a problem.toml.
    """
    return _load(path, CourseSpec, [CourseSpec])


def _load(path: Path, model: type[T], parts: Sequence[type[BaseModel]]) -> T:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path}: is not TOML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise SpecError(f"{path}: {_explain(error, parts)}") from error


def _explain(error: ValidationError, parts: Sequence[type[BaseModel]]) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        return f"{place}: unknown key{did_you_mean(str(first['loc'][-1]), _known_keys(parts))}"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _known_keys(models: Sequence[type[BaseModel]]) -> list[str]:
    keys = {key for model in models for key in model.model_fields}
    return sorted(keys)
