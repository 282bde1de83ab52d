"""What came back from one call: an outcome, and evidence of what the call did."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

RECORD_BYTES = 512  # that a variable or a read takes, about


class Falsified(StrEnum):
    """What a worker falsifies while it calls: see `grader.worker.falsify`."""

    NOTHING = ""
    LIFTED = "lifted"
    PLAIN = "plain"


class Limit(StrEnum):
    """A limit that a submission can hit."""

    CPU = "cpu"
    IDLE = "idle"
    WALL = "wall"
    TOTAL_CPU = "total_cpu"
    TOTAL_WALL = "total_wall"
    MEMORY = "memory"
    THREADS = "threads"
    OPEN_FILES = "open_files"
    SCRATCH = "scratch"
    PRINTED = "printed"
    ANSWER = "answer"
    ANSWERS = "answers"


LIMITS_ON_TIME = frozenset({Limit.CPU, Limit.IDLE, Limit.WALL, Limit.TOTAL_CPU, Limit.TOTAL_WALL})
LIMITS_ON_ALL_CALLS = frozenset({Limit.TOTAL_CPU, Limit.TOTAL_WALL, Limit.ANSWERS})


@dataclass(frozen=True, slots=True)
class Returned:
    """An array came back; `library` is "jax" or "numpy", `array` our own decoded copy."""

    library: str
    array: np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class NotAnArray:
    """Something else came back, of the type named.

    `shape` is that of an array which numpy cannot hold: of no entries at all but huge sizes, or of
    too many dimensions.
    """

    type_name: str
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One frame of a traceback inside the submission."""

    number: int
    function: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What a box or a course does not let a submission do, in a sentence, and what to do."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception came out; `message` is None where it could not be had.

    `exhausted` is the limit that it says was hit, `suggestion` a name that was meant, perhaps;
    `errno` the system's number of what failed, and `module` the name of the file in which it was
    raised. `forbidden` is what it was not allowed.
    """

    type_name: str
    message: str | None
    lines: tuple[Line, ...] = ()
    exhausted: Limit | None = None
    suggestion: str = ""
    errno: int | None = field(default=None, compare=False)
    module: str = field(default="", compare=False)
    forbidden: Forbidden | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The box was stopped at a limit; `found` and `allowed` are in `unit`.

    `lines` are those of the submission that were running, the innermost last, where that is known.
    """

    limit: Limit
    allowed: float
    unit: str
    found: float | None = None
    lines: tuple[Line, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended by itself: by a signal's name, or with an exit code."""

    signal_name: str | None
    exit_code: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """What arrived on the result channel was not an answer to what was asked."""

    reason: str


Outcome = Returned | NotAnArray | Raised | Stopped | Died | Garbled


@dataclass(frozen=True, slots=True, order=True)
class Variable:
    """A Flax variable by collection, path, shape and dtype."""

    collection: str
    path: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str

    @property
    def name(self) -> str:
        """Its full name, as ``params/kernel``."""
        return "/".join((self.collection, *self.path))


@dataclass(frozen=True, slots=True, order=True)
class Transform:
    """A lifted transform around a read; `axis` is what it declares for the variable's collection.

    `axis` is "None" (shared), an integer's digits (mapped over that axis) or "undeclared".
    `size` is the number of examples that are mapped over, 0 if nothing is. `axes` tells how
    inputs and outputs are mapped and what one example looks like; two transforms that differ
    there alone are equal, as it is no matter of structure.
    """

    name: str
    axis: str
    splits_params_key: bool
    axes: str = field(default="", compare=False)
    size: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is jax's own `vmap`, which knows nothing of Flax's variables."""
        return self.name == "jax.vmap"


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """A variable read by a module, under these transforms, outermost first."""

    collection: str
    path: tuple[str, ...]
    transforms: tuple[Transform, ...]
    module: str

    @property
    def is_plain(self) -> bool:
        """Whether no lifted transform is all that is around it."""
        return not self.transforms or any(one.is_plain for one in self.transforms)

    @property
    def examples(self) -> int:
        """Over how many examples the lifted transforms around it map in all; 0 for none."""
        sizes = [one.size for one in self.transforms if one.size and not one.is_plain]
        return math.prod(sizes) if sizes else 0


@dataclass(frozen=True, slots=True, order=True)
class Input:
    """An input that a lifted transform maps: the shape of one example, and what tells all apart.

    The fingerprint is empty where there were no numbers to look at, as under `jax.jit`.
    """

    shape: tuple[int, ...]
    fingerprint: str

    @property
    def dimensions(self) -> int:
        """How many dimensions one example has, those of length 1 aside."""
        return sum(size != 1 for size in self.shape)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a call did with Flax.

    `given` are the variables that an apply or bind was handed, `created` the others. `reads`
    are the reads of modules whose output could be used; `unused_reads` those inside an `init`,
    which throws its output away, and others on which the answer was seen not to depend.
    `inputs` are what lifted modules were applied to; `sets` says how often the variables of a
    collection were created.
    """

    given: frozenset[Variable] = frozenset()
    created: frozenset[Variable] = frozenset()
    reads: frozenset[Read] = frozenset()
    unused_reads: frozenset[Read] = frozenset()
    overflowed: bool = False
    inputs: frozenset[Input] = frozenset()
    sets: tuple[tuple[str, int], ...] = ()

    @property
    def variables(self) -> frozenset[Variable]:
        """Every variable that was created or applied."""
        return self.given | self.created

    def without_plain_reads(self) -> Evidence:
        """Return the evidence with all plain reads among the unused ones."""
        plain = frozenset(read for read in self.reads if read.is_plain)
        return replace(self, reads=self.reads - plain, unused_reads=self.unused_reads | plain)


@dataclass(frozen=True, slots=True)
class Observation:
    """The record of one call, of a submission or of the reference alike."""

    outcome: Outcome
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def size(self) -> int:
        """About how many bytes it takes to keep."""
        array = self.outcome.array.nbytes if isinstance(self.outcome, Returned) else 0
        found = self.evidence
        records = (found.given, found.created, found.reads, found.unused_reads)
        return array + RECORD_BYTES * sum(map(len, records))


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program came back, unread; `kept` says which of the open arguments it takes.

    So many times sizes that were open were `compared`: it is the program of one path. Where it is
    `lost`, they were looked at in other ways too. The `evidence` is of the trace, if no size was
    open.
    """

    program: bytes
    kept: tuple[int, ...]
    result: str
    compared: int = 0
    lost: bool = False
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Product:
    """A product in a program: over which dimensions, of which types, made of which arguments.

    Dimensions are pairs, of the one factor and of the other: those that run side by side, the
    `batch`, and those that are summed over. `names` tell factors apart; `depends` has for both the
    positions of the open arguments they are computed from.
    """

    batch: tuple[tuple[int, int], ...]
    summed: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    types: tuple[str, ...]
    depends: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A value, seen through broadcasts, that is multiplied by one made of other arguments."""

    type: str
    depends: frozenset[int]
    meets: frozenset[int]


@dataclass(frozen=True, slots=True)
class Program:
    """What a program computes: programs of one name compute the same; `lines` are for reading."""

    name: str
    products: tuple[Product, ...]
    uses: tuple[Use, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A program has something in it that is not judged; the text says what."""

    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The file was imported and defines the entry point."""


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """The file cannot be used; `kind` is syntax, import, missing or arity."""

    kind: str
    raised: Raised | None = None
    names: tuple[str, ...] = ()
    present: bool = False
    signature: str = ""


LoadOutcome = Loaded | NotLoaded | Stopped | Died | Garbled
