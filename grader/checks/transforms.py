"""Transforms: the variables that were applied were read under the reference's lifted transforms.

A module that is built with ``nn.vmap`` and never applied reads nothing, and a plain module that
is applied reads its variables under no transform: neither can stand in for the lifted one. Nor
can a lifted module that is given one example at a time, or whose output is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.observation import Input, NotAnArray, Read, Returned, Transform
from grader.spec import Criterion

Signature = tuple[Transform, ...]
UNTOUCHED = "the lifted module is applied, but its output does not affect your result"
UNUSED = (
    "your function applied no flax.linen layer, so no lifted module was used (layers of flax.nnx "
    "are not looked at)"
)
INITIALISED = "your lifted module is initialised and never applied, so its output is not used"
INDEPENDENT = "what the lifted module is applied to does not depend on {}"


def check(trial: Trial, _: Criterion) -> Finding:
    """Decide the criterion on one case. Evidence that is wanted and absent fails it."""
    if not isinstance(trial.actual.outcome, Returned | NotAnArray):
        return NotReached()
    evidence, expected = trial.actual.evidence, trial.expected.evidence
    if evidence.overflowed:
        return Failed("so much happened in Flax that the judge could not record it")
    wanted = signatures(expected.reads)
    reads = sorted(read for read in evidence.reads if read.collection in wanted)
    for read in reads:
        if signature(read) not in wanted[read.collection]:
            return Failed(_describe(read, sorted(wanted[read.collection])[0]))
    if trial.untouched:
        return Failed(UNTOUCHED)
    if trial.independent:
        return Failed(INDEPENDENT.format(trial.independent))
    examples = max((read.examples for read in reads), default=0)
    batch = max((read.examples for read in expected.reads), default=0)
    if reads and examples <= 1 < batch and not trial.lifts_elsewhere:  # halves of two are single
        return Failed(_describe_examples(examples, batch))
    most = max((one.dimensions for one in expected.inputs), default=0)
    if evidence.inputs and most and all(one.dimensions > most for one in evidence.inputs):
        return Failed(_describe_inputs(evidence.inputs, expected.inputs))
    return _check_that_all_was_read(trial, reads) if trial.complete else Held()


def _check_that_all_was_read(trial: Trial, reads: Sequence[Read]) -> Finding:
    expected = trial.expected.evidence.reads
    if expected and not reads:
        lifted = any(not read.is_plain for read in trial.actual.evidence.unused_reads)
        return Failed(INITIALISED if lifted else UNUSED)
    own = {(variable.collection, variable.path) for variable in trial.actual.evidence.variables}
    seen = {(read.collection, read.path) for read in reads}
    for read in sorted(expected):
        if (read.collection, read.path) in own - seen:
            return Failed(f"no module that you applied used {_name(read)}")
    return Held()


def fails_by_plain_reads_alone(trial: Trial) -> bool:
    """Tell whether the criterion would hold on a case if its plain reads did not count."""
    evidence = trial.actual.evidence
    wanted = signatures(trial.expected.evidence.reads)
    counted = [read for read in evidence.reads if read.collection in wanted]
    lifted = [read for read in counted if not read.is_plain]
    return 0 < len(lifted) < len(counted) and all(
        signature(read) in wanted[read.collection] for read in lifted
    )


def signatures(reads: Iterable[Read]) -> dict[str, set[Signature]]:
    """Return, for each collection, the ways in which it is read."""
    found: dict[str, set[Signature]] = {}
    for read in reads:
        found.setdefault(read.collection, set()).add(signature(read))
    return found


def signature(read: Read) -> Signature:
    """Return the transforms around a read, of any size; the same twice in a row counts once."""
    kept: list[Transform] = []
    for sized in read.transforms:
        transform = replace(sized, size=0)
        if not kept or kept[-1] != transform:
            kept.append(transform)
    return tuple(kept)


def _describe(read: Read, wanted: Signature) -> str:
    known = read.module in LINEN_LAYERS
    reader = f"a plain nn.{read.module}" if known else read.module or "a module"
    not_lifted = "not by a lifted module" if known else "outside any lifted transform"
    if not read.transforms:
        return f"{_name(read)} is used by {reader}, {not_lifted}"
    if all(transform.is_plain for transform in read.transforms):
        return f"{_name(read)} is used by {reader} under jax.vmap, {not_lifted}"
    if read.is_plain:
        return (
            f"{_name(read)} is used by a lifted module with jax.vmap around it; "
            "the lifted transform alone should map over the batch"
        )
    for transform in signature(read):
        if transform in wanted:
            continue
        if transform.splits_params_key and not any(w.splits_params_key for w in wanted):
            return f"your nn.{transform.name} splits the key that draws the {read.collection}"
        here = f"; here it must be {_sharing(wanted[0], read)}" if wanted else ", and must not be"
        return f"{_name(read)} is {_sharing(transform, read)} by your nn.{transform.name}{here}"
    return f"{_name(read)} is used under other lifted transforms than in the reference"


def _describe_examples(examples: int, batch: int) -> str:
    if examples:
        return (
            f"the lifted module gets one example at a time, and there are {batch}: "
            "it does not map over the batch"
        )
    return "the lifted module maps none of its inputs: it does not map over the batch"


def _describe_inputs(found: Iterable[Input], wanted: Iterable[Input]) -> str:
    mine, example = sorted(found)[0].shape, max(wanted, key=lambda one: one.dimensions).shape
    return (
        f"the lifted module is given an array of shape {mine} at a time; "
        f"it should be given one example, of shape {example}"
    )


def _sharing(transform: Transform, read: Read) -> str:
    if transform.axis == "None":
        return f"shared (variable_axes: None for {read.collection!r})"
    return f"stacked along axis {transform.axis}, one copy per example,"


def _name(read: Read) -> str:
    return "/".join((read.collection, *read.path))


LINEN_LAYERS = frozenset({"Dense", "Conv", "Embed", "LayerNorm", "BatchNorm", "DenseGeneral"})
