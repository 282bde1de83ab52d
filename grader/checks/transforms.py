"""Transforms: the variables that were applied were read under the reference's lifted transforms.

A module that is built with ``nn.vmap`` and never applied reads nothing, and a plain module that
is applied reads its variables under no transform: neither can stand in for the lifted one.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.observation import Died, Garbled, NotAnArray, Read, Returned, Stopped, Transform
from grader.spec import Criterion

Signature = tuple[Transform, ...]


def check(trial: Trial, _: Criterion) -> Finding:
    """Decide the criterion on one case. Evidence that is wanted and absent fails it."""
    if not isinstance(trial.actual.outcome, Returned | NotAnArray):
        return NotReached()
    evidence, expected = trial.actual.evidence, trial.expected.evidence
    if evidence.overflowed:
        return Failed("so much happened in Flax that it could not be recorded")
    wanted = signatures(expected.reads)
    reads = sorted(read for read in evidence.reads if read.collection in wanted)
    for read in reads:
        if signature(read) not in wanted[read.collection]:
            return Failed(_describe(read, sorted(wanted[read.collection])[0]))
    if not trial.complete:
        return Held()
    if wanted and not reads:
        return Failed(
            "no Flax module was seen being applied, so nothing shows that the lifted one was used"
        )
    if wanted and _is_untouched(trial):
        return Failed("the lifted module was applied, but the answer does not come from its output")
    own = {(variable.collection, variable.path) for variable in evidence.variables}
    seen = {(read.collection, read.path) for read in reads}
    for read in sorted(expected.reads):
        if (read.collection, read.path) in own - seen:
            return Failed(f"{_name(read)} was not read by any module that was applied")
    return Held()


def _is_untouched(trial: Trial) -> bool:
    """Tell whether some entry of the answer stayed the same although lifted outputs were falsified.

    A call that then raises depends on them as well; one that ends in another way shows nothing.
    """
    before = trial.actual.outcome
    after = trial.perturbed.outcome if trial.perturbed is not None else None
    if isinstance(after, Stopped | Died | Garbled):
        return True
    if not isinstance(before, Returned) or not isinstance(after, Returned):
        return False
    return before.array.shape == after.array.shape and bool((before.array == after.array).any())


def signatures(reads: Iterable[Read]) -> dict[str, set[Signature]]:
    """Return, for each collection, the ways in which it is read."""
    found: dict[str, set[Signature]] = {}
    for read in reads:
        found.setdefault(read.collection, set()).add(signature(read))
    return found


def signature(read: Read) -> Signature:
    """Return the transforms around a read; the same one twice in a row counts once."""
    kept: list[Transform] = []
    for transform in read.transforms:
        if not kept or kept[-1] != transform:
            kept.append(transform)
    return tuple(kept)


def _describe(read: Read, wanted: Signature) -> str:
    reader = f"nn.{read.module}" if read.module in LINEN_LAYERS else read.module or "a module"
    if not read.transforms:
        return f"{_name(read)} was read by {reader} outside any lifted transform"
    if read.transforms[0].name == "jax.vmap":
        return f"{_name(read)} was read by {reader} under jax.vmap, not under a lifted transform"
    for transform in read.transforms:
        if transform in wanted:
            continue
        if transform.splits_params_key and not any(w.splits_params_key for w in wanted):
            return f"{_name(read)} was read under nn.{transform.name}, which splits the params key"
        return (
            f"{_name(read)} was read under an nn.{transform.name} that {_sharing(transform)}; "
            + (f"one that {_sharing(wanted[0])} is wanted" if wanted else "none is wanted")
        )
    return f"{_name(read)} was read under other lifted transforms than in the reference"


def _sharing(transform: Transform) -> str:
    if transform.axis == "None":
        return "shares it (axis None)"
    return f"maps it over axis {transform.axis}"


def _name(read: Read) -> str:
    return "/".join((read.collection, *read.path))


LINEN_LAYERS = frozenset({"Dense", "Conv", "Embed", "LayerNorm", "BatchNorm", "DenseGeneral"})
