"""What an outcome is called when one speaks to a learner; one sentence each."""

from __future__ import annotations

import math
import re

from grader.compare import describe_type
from grader.observation import (
    Died,
    Garbled,
    Limit,
    LoadOutcome,
    NotAnArray,
    NotLoaded,
    Outcome,
    Raised,
    Returned,
    Stopped,
)
from grader.text import did_you_mean
from grader.verdict import Verdict

A_MILLION = 1e6
SIGNALS = {
    "SIGSEGV": "a segmentation fault",
    "SIGABRT": "an abort",
    "SIGBUS": "a bus error",
    "SIGFPE": "an arithmetic fault",
    "SIGILL": "an illegal instruction",
    "SIGKILL": "a kill signal",
    "SIGTERM": "a termination signal",
    "SIGINT": "an interrupt",
    "SIGSYS": "a system call of another architecture, which no box allows",
}
VERDICT_OF_LIMIT = {
    Limit.CPU: Verdict.TIME_LIMIT_EXCEEDED,
    Limit.IDLE: Verdict.TIME_LIMIT_EXCEEDED,
    Limit.WALL: Verdict.TIME_LIMIT_EXCEEDED,
    Limit.TOTAL_CPU: Verdict.TIME_LIMIT_EXCEEDED,
    Limit.TOTAL_WALL: Verdict.TIME_LIMIT_EXCEEDED,
    Limit.MEMORY: Verdict.MEMORY_LIMIT_EXCEEDED,
    Limit.THREADS: Verdict.RESOURCE_LIMIT_EXCEEDED,
    Limit.OPEN_FILES: Verdict.RESOURCE_LIMIT_EXCEEDED,
    Limit.SCRATCH: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Limit.PRINTED: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Limit.ANSWER: Verdict.OUTPUT_LIMIT_EXCEEDED,
    Limit.ANSWERS: Verdict.OUTPUT_LIMIT_EXCEEDED,
}
SAYS_OF_LIMIT = {
    Limit.CPU: "used more than {} of processor time",
    Limit.TOTAL_CPU: "used more than {} of processor time over all calls",
    Limit.IDLE: "waited for more than {} without computing anything",
    Limit.WALL: "took more than {} for one call",
    Limit.TOTAL_WALL: "took more than {} for all calls",
    Limit.MEMORY: "ran out of memory: at most {} may be used",
    Limit.THREADS: "had more than {} at once",
    Limit.OPEN_FILES: "had more than {} open at once",
    Limit.SCRATCH: "wrote more than {} to files",
    Limit.PRINTED: "printed more than {}",
    Limit.ANSWERS: "returned, over all calls, more than {} beyond the right answers",
}

LONGEST_GIST = 300  # characters of an exception's message that a sentence of ours can hold
SHORTEST_GIST = 25  # characters; a first sentence that is shorter says too little by itself
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`'\"])")
UNDEFINED = re.compile(r"name '(\w+)' is not defined")
USUAL_IMPORTS = {
    "flax": "import flax",
    "functools": "import functools",
    "jax": "import jax",
    "jnp": "import jax.numpy as jnp",
    "nn": "from flax import linen as nn",
    "np": "import numpy as np",
}
LINK = re.compile(r"\s*\(https?://[^)\s]*\)")  # Flax ends each message with one
LAID_OUT = re.compile(r"\n[ \t]+\S")  # a dump: indented lines


def hint_on_raising(raised: Raised) -> str:
    """Return what to try where an exception is no known mistake."""
    missing = UNDEFINED.match(raised.message or "") if raised.type_name == "NameError" else None
    if missing and missing[1] in USUAL_IMPORTS:
        wanted = USUAL_IMPORTS[missing[1]]
        return f"The file does not import {missing[1]}: add `{wanted}` at its top."
    if not raised.lines:
        return ""
    return (
        f"Print the types and shapes of what line {raised.lines[-1].number} works on, for the "
        "inputs above."
    )


def verdict_of(outcome: Outcome | LoadOutcome) -> Verdict | None:
    """Return the verdict of a call that did not return, or None for one that did."""
    match outcome:
        case Stopped():
            return VERDICT_OF_LIMIT[outcome.limit]
        case Raised() | Died() | Garbled():
            return Verdict.RUNTIME_ERROR
        case NotLoaded():
            return Verdict.INVALID_SUBMISSION
        case _:
            return None


def describe_outcome(outcome: Outcome) -> str:
    """Say what a call came to, as the end of a sentence that begins with "the call"."""
    match outcome:
        case Returned():
            return f"returned an array of shape {outcome.array.shape}"
        case NotAnArray():
            return f"returned {describe_type(outcome)}"
        case Raised():
            return f"raised {describe_exception(outcome)}"
        case Stopped():
            return describe_stop(outcome)
        case Died():
            return describe_death(outcome)
        case Garbled():
            return f"broke the connection to the judge: {outcome.reason}"


def describe_raise(raised: Raised) -> str:
    """Say what a call raised, the line first: ``line 7: ValueError: message``."""
    if not raised.lines:
        return f"the call raised {describe_exception(raised)}"
    return f"line {raised.lines[-1].number}: {describe_exception(raised)}"


def describe_exception(raised: Raised) -> str:
    """Return ``ValueError: message`` with the gist of the message, and what was meant, perhaps.

    Where something is forbidden in a box, that is what it says.
    """
    if raised.forbidden is not None:
        return f"{raised.type_name}: {raised.forbidden.reason}"
    if raised.message is None:
        return f"{raised.type_name} (its message could not be read)"
    gist = gist_of(raised.message)
    said = f"{raised.type_name}: {gist}" if gist else raised.type_name
    if raised.suggestion:
        return f"{said.rstrip('.')}. Did you mean: '{raised.suggestion}'?"
    if raised.type_name == "NameError" and gist.endswith("is not defined"):
        return f"{said}. Did you forget to import or define it?"
    return said


def gist_of(message: str) -> str:
    """Return an exception's first sentence that says something, on one line."""
    paragraph = message.strip().split("\n\n")[0]
    dump = LAID_OUT.search(paragraph)
    told = paragraph[: dump.start()] if dump else paragraph
    plain = LINK.sub("", " ".join((told.strip() or paragraph).split()))
    first, *rest = SENTENCE_END.split(plain)
    if len(first) < SHORTEST_GIST and rest:
        first = f"{first} {rest[0]}"
    return first if len(first) <= LONGEST_GIST else first[:LONGEST_GIST].rsplit(" ", 1)[0] + " ..."


def whole_exception(raised: Raised) -> str:
    """Return the type and the whole message of an exception."""
    return f"{raised.type_name}: {raised.message}" if raised.message else raised.type_name


def describe_stop(stopped: Stopped) -> str:
    """Say which limit was hit, with its figure."""
    allowed = f"{stopped.allowed:g} {stopped.unit}"
    if stopped.limit is Limit.ANSWER:
        return f"returned an array{_size(stopped.found)}; at most {allowed} may be returned"
    if stopped.limit is Limit.SCRATCH and not stopped.allowed:
        return "wrote to a file, which this problem does not allow"
    where = f" (line {stopped.lines[-1].number} was running)" if stopped.lines else ""
    return SAYS_OF_LIMIT[stopped.limit].format(allowed) + where


def _size(mebibytes: float | None) -> str:
    if mebibytes is None:
        return ""
    exact = mebibytes < A_MILLION  # a worker may claim what it likes
    return f" of {mebibytes:,.0f} MiB" if exact else " of more than a million MiB"


def describe_death(died: Died) -> str:
    """Say how a process ended that was not asked to."""
    if died.signal_name:
        return f"crashed with {SIGNALS.get(died.signal_name, died.signal_name)}"
    return f"ended the whole process (exit code {died.exit_code}) instead of returning"


def describe_load(outcome: LoadOutcome, entry_point: str, arguments: list[str]) -> str:
    """Say why a file could not be used."""
    match outcome:
        case NotLoaded(kind="syntax", raised=raised) if raised:
            line = f"line {raised.lines[0].number}: " if raised.lines else ""
            return f"{line}the file is not valid Python: {describe_exception(raised)}"
        case NotLoaded(kind="import", raised=raised) if raised:
            line = f"line {raised.lines[-1].number}: " if raised.lines else ""
            return f"{line}importing the file raised {describe_exception(raised)}"
        case NotLoaded(kind="arity"):
            call = f"{entry_point}({', '.join(arguments)})"
            return f"{entry_point} cannot be called as {call}: its signature is {outcome.signature}"
        case NotLoaded(present=True):
            return f"{entry_point} is defined, but it is not a function"
        case NotLoaded():
            near = did_you_mean(entry_point, list(outcome.names))
            found = near.replace("did you mean", "did you mean to rename") if near else ""
            return f"the file defines no function named {entry_point}{found}"
        case Stopped():
            return f"importing the file {describe_stop(outcome).replace(' in one call', '')}"
        case Died():
            return f"importing the file {describe_death(outcome).replace(' of returning', '')}"
        case Garbled():
            return f"importing the file broke the connection to the judge: {outcome.reason}"
        case _:
            return "the file was imported"


def number(value: float) -> str:
    """Return a number as a person reads it, with enough digits to tell float32s apart."""
    return f"{value:.6g}" if math.isfinite(value) else str(value)
