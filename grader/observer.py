"""Observes one source: loads it in a box and calls it, case by case. Pivot of the design.

The reference, a sample and a submission are observed by the same code.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from grader import response
from grader.cases import Case
from grader.errors import JudgeError
from grader.forbidden import House, find_forbidden
from grader.isolation import Level, Standing
from grader.observation import (
    Falsified,
    Garbled,
    Limit,
    LoadOutcome,
    Lowered,
    NotLoaded,
    Observation,
    Program,
    Raised,
    Refused,
    Returned,
    Stopped,
)
from grader.processes import BY_THEMSELVES, Starter
from grader.sandbox import Box, BoxPlan, Ended
from grader.spec import Limits, ProblemSpec
from grader.text import legible, mask_addresses
from grader.worker import wire

Array = np.ndarray[Any, Any]
TRACING_SECONDS = 3.0  # of the processor; a trace takes 0.02 to 0.3, and without one calls decide
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed: text that is kept, and how many bytes more there were."""

    text: bytes
    more: int


@dataclass(frozen=True, slots=True)
class _Taken:
    kept: int = 0
    total: int = 0


def join_printed(parts: Iterable[Printed], kept_kib: int) -> str:
    """Return what was printed, safe to show, cut to what a problem keeps."""
    all_of_it = list(parts)
    text = b"".join(part.text for part in all_of_it).decode("utf-8", "replace")
    more = sum(part.more for part in all_of_it)
    shown = legible(mask_addresses(text), kept_kib << 10)
    return shown + (f"\n... ({more:,} more bytes)" if more > 0 else "")


class Observer:
    """A box, and what is asked of it. Use it as a context manager.

    The box starts at once; the first request waits until it is ready.
    """

    def __init__(
        self,
        spec: ProblemSpec,
        level: Level | None,
        *,
        cases: int = 1,
        starter: Starter = BY_THEMSELVES,
        hash_seed: int | None = None,
        packages: tuple[str, ...] | None = None,
    ) -> None:
        """Start a box of that isolation level; None is for the course's own code alone.

        `packages` are those that the course lets be imported; None stands for all that there are.
        """
        self._spec = spec
        self._limits = spec.limits if level else TRUSTED_LIMITS
        self._not_loaded: dict[str, Raised] = {}
        self._compiled: set[object] = set()
        self._taken = _Taken()
        self._filename = ""
        self._house = House(level, packages) if level else None
        plan = BoxPlan(self._limits, level, cases, packages=packages, hash_seed=hash_seed)
        self._box = Box(plan, starter)

    def __enter__(self) -> Observer:
        return self

    def __exit__(self, *_: object) -> None:
        self._box.close()

    def close(self) -> None:
        """End the box."""
        self._box.close()

    @property
    def limits(self) -> Limits:
        """What holds for it."""
        return self._limits

    @property
    def alive(self) -> bool:
        """Whether the box can still be asked."""
        return self._box.alive

    @property
    def standing(self) -> Standing | None:
        """The walls that were found to stand around the submission."""
        return self._box.standing

    @property
    def versions(self) -> dict[str, str]:
        """The versions that an answer may depend on."""
        return self._box.versions

    def take_printed(self) -> Printed:
        """Return what has been printed since this was last asked, with the box's folder masked."""
        kept, total = self._box.printed, self._box.printed_bytes
        new = kept[self._taken.kept :]
        more = total - self._taken.total - len(new)
        self._taken = _Taken(len(kept), total)
        return Printed(new.replace(self._box.folder.encode(), b"<sandbox>"), more)

    def load(
        self,
        source: str,
        filename: str,
        module: str = "submission",
        *,
        falsified: Falsified = Falsified.NOTHING,
        slightly: bool = False,
    ) -> LoadOutcome:
        """Import a source text under a module name of its own.

        What is `falsified`, in the last bits alone if `slightly`, is so from the import on.
        """
        self._filename = filename
        header = {
            "op": "load",
            "module": module,
            "falsify": falsified,
            "slightly": slightly,
            "filename": filename,
            "entry_point": self._spec.entry_point,
            "arity": len(self._spec.arguments),
        }
        found: LoadOutcome | Raised = self._converse(
            header, source.encode(), response.read_load, compiles=False
        )
        if isinstance(found, Stopped):
            found = self._with_its_figure(found)
            self._box.end(found)
        loaded = NotLoaded("import", found) if isinstance(found, Raised) else found
        if isinstance(loaded, NotLoaded) and loaded.raised is not None:
            loaded = replace(loaded, raised=self._explained(loaded.raised))
        if isinstance(loaded, NotLoaded):
            self._not_loaded[module] = loaded.raised or VANISHED
        return loaded

    def call(
        self,
        case: Case,
        *,
        module: str = "submission",
        clear_caches: bool = False,
        without_jit: bool = False,
    ) -> Observation:
        """Call an entry point on a case; `clear_caches` makes jit trace afresh.

        `without_jit` runs operation after operation, so that all of them have numbers to look at.
        Where loading it failed, every call raises what loading did.
        """
        if module in self._not_loaded:
            return Observation(self._not_loaded[module])
        how = {"clear_caches": clear_caches, "without_jit": without_jit}
        header = {"op": "call", "module": module, **how}
        arguments, blob = self._encode(case)
        program = module, case.shape_key
        compiles = clear_caches or without_jit or program not in self._compiled
        self._compiled.add(program)
        found = self._converse(
            {**header, "arguments": arguments},
            blob,
            lambda frame, token: response.read_call(frame, token, self._limits.answer_mib),
            compiles=compiles,
        )
        if not isinstance(found, Observation):
            return Observation(found)
        if isinstance(found.outcome, Raised):
            return replace(found, outcome=self._explained(found.outcome))
        if isinstance(found.outcome, Stopped):
            return replace(found, outcome=self._with_its_figure(found.outcome))
        return found

    def lower(
        self,
        arguments: Sequence[Mapping[str, object]],
        guide: Mapping[str, int],
        *,
        module: str = "submission",
        follow: bool = False,
    ) -> Lowered | Raised | Refused | Ended:
        """Make a program of an entry point, on the path that it takes at a guide's sizes.

        With `follow`, the comparisons of the traces before are kept in mind: see `turns`.

        See `grader.worker.lowering` for how the arguments are described.
        """
        if module in self._not_loaded:
            return self._not_loaded[module]
        header = {
            "op": "lower",
            "module": module,
            "arguments": list(arguments),
            "guide": dict(guide),
            "follow": follow,
        }
        found: Lowered | Raised | Refused | Ended
        found = self._converse(
            header, b"", response.read_lowered, compiles=False, cpu_seconds=TRACING_SECONDS
        )
        if isinstance(found, Lowered):
            still_open = sum("value" not in one for one in arguments)
            if list(found.kept) != sorted(set(found.kept) & set(range(still_open))):
                return self._box.end(Garbled("a program takes arguments that there are not"))
        return self._explained(found) if isinstance(found, Raised) else found

    def turns(self, shapes: Sequence[Mapping[str, int]]) -> list[int] | None:
        """Return the positions of shapes at which the last program's path would be another.

        None where that is not known, as the box has ended.
        """
        header = {"op": "turn", "shapes": [dict(shape) for shape in shapes]}
        found: list[int] | Ended | Raised = self._converse(header, b"", response.read_turns)
        return found if isinstance(found, list) else None

    def analyse(self, lowered: Lowered) -> Program | Refused | Ended:
        """Say what a program computes; it may be hostile, and end this box."""
        header = {"op": "analyse", "kept": list(lowered.kept)}
        found: Program | Refused | Ended | Raised
        found = self._converse(header, lowered.program, response.read_program)
        return GARBLED if isinstance(found, Raised) else found

    def interpret(self, lowered: Lowered, arrays: Sequence[Array]) -> Returned | Refused | Ended:
        """Run a program on its open arguments, with nothing compiled; it may end this box."""
        described: list[dict[str, Any]] = []
        blob = lowered.program
        for array in (arrays[position] for position in lowered.kept):
            described.append(_describe(array, len(blob)))
            blob += wire.array_bytes(array)
        header = {"op": "interpret", "program": len(lowered.program), "arguments": described}
        found: Returned | Refused | Ended | Raised
        found = self._converse(header, blob, response.read_interpreted)
        return GARBLED if isinstance(found, Raised) else found

    def _with_its_figure(self, stopped: Stopped) -> Stopped:
        """Return the limit with what it allows, which a worker does not know."""
        if stopped.limit is Limit.SCRATCH and self._box.has_no_disk:
            raise JudgeError("the disk that holds the temporary folder is full; make room on it")
        limits = self._limits
        allowed = {
            Limit.MEMORY: (limits.memory_mib, "MiB"),
            Limit.THREADS: (limits.threads, "threads"),
            Limit.OPEN_FILES: (limits.open_files, "files"),
            Limit.SCRATCH: (limits.scratch_mib, "MiB"),
        }.get(stopped.limit)
        return Stopped(stopped.limit, *allowed, stopped.found) if allowed else stopped

    def _explained(self, raised: Raised) -> Raised:
        """Return an exception with what was forbidden, and with the box's folder masked.

        No two runs share that folder.
        """
        message = raised.message
        if message is not None:
            raised = replace(raised, message=message.replace(self._box.folder, "<sandbox>"))
        if self._house is None:
            return raised
        return replace(raised, forbidden=find_forbidden(raised, self._house))

    def error_bound(self, case: Case, module: str = "submission") -> Array:
        """Ask a loaded, trusted solution for its error bound on a case; float64."""
        arguments, blob = self._encode(case)
        token = self._ask({"op": "bound", "module": module, "arguments": arguments}, blob)
        frame = self._box.listen()
        self._box.call_finished()
        if not isinstance(frame, wire.Frame):
            raise JudgeError(f"the solution's error_bound failed on case {case.id}: {frame}")
        return response.read_bound(frame, token)

    def _converse(
        self,
        header: dict[str, Any],
        blob: bytes,
        read: Callable[[wire.Frame, str], T | response.Announced | Garbled],
        *,
        compiles: bool = True,
        cpu_seconds: float | None = None,
    ) -> T | Ended | Raised:
        token = self._ask(header, blob, compiles=compiles, cpu_seconds=cpu_seconds)
        announced: response.Announced | None = None
        while True:
            frame = self._box.listen()
            if not isinstance(frame, wire.Frame):
                if announced is None or not isinstance(frame, Stopped):
                    return self._with_running_lines(frame)
                return Raised(announced.type_name, None)
            reply = read(frame, token)
            if isinstance(reply, Garbled) or (announced and isinstance(reply, response.Announced)):
                return self._box.end(reply if isinstance(reply, Garbled) else TWICE_ANNOUNCED)
            if not isinstance(reply, response.Announced):
                self._box.call_finished()
                return reply
            announced = reply

    def _with_running_lines(self, ended: Ended) -> Ended:
        if not isinstance(ended, Stopped) or not self._box.running:
            return ended
        return replace(ended, lines=response.read_running(self._box.running, self._filename))

    def _ask(
        self,
        header: dict[str, Any],
        blob: bytes,
        *,
        compiles: bool = True,
        cpu_seconds: float | None = None,
    ) -> str:
        self._box.wait_until_ready(response.read_ready)
        token = secrets.token_hex(8)
        self._box.ask({**header, "token": token}, blob, compiles=compiles, cpu_seconds=cpu_seconds)
        return token

    def _encode(self, case: Case) -> tuple[list[dict[str, Any]], bytes]:
        described: list[dict[str, Any]] = []
        blob = b""
        for argument in self._spec.arguments:
            value = case.arguments[argument.name]
            if isinstance(value, np.ndarray):
                described.append({"kind": argument.kind, **_describe(value, len(blob))})
                blob += wire.array_bytes(value)
            else:
                described.append({"kind": "int", "value": value})
        return described, blob


def _describe(array: Array, start: int) -> dict[str, Any]:
    """Return how an array is read from a blob in which its bytes begin there."""
    shape = list(array.shape)
    return {"dtype": array.dtype.name, "shape": shape, "start": start, "bytes": array.nbytes}


GARBLED = Garbled("an analyst raised an exception")
VANISHED = Raised("ImportError", "the file defines the function on some imports and not on others")
TWICE_ANNOUNCED = Garbled("one exception was announced twice")
TRUSTED_LIMITS = Limits(wall_seconds=600, answer_mib=1024)
