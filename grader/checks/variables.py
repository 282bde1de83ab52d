"""Variables: what was created or applied has the reference's paths, shapes and dtypes."""

from __future__ import annotations

from grader.checks.trial import Failed, Finding, Held, NotReached, Trial
from grader.observation import Evidence, NotAnArray, Returned, Variable
from grader.spec import Criterion

Names = dict[str, set[Variable]]


def check(trial: Trial, criterion: Criterion) -> Finding:
    """Decide the criterion on one case. Evidence that is wanted and absent fails it."""
    if not isinstance(trial.actual.outcome, Returned | NotAnArray):
        return NotReached()
    evidence, wanted = trial.actual.evidence, trial.expected.evidence.variables
    if evidence.overflowed:
        return Failed("so many Flax variables were made that the judge could not record them")
    created = {v for v in evidence.created if not _is_beside(v, evidence, criterion)}
    found = created | evidence.given
    if not found and wanted:
        return Failed(UNSEEN) if trial.complete else Held()
    extra = found - wanted
    missing = wanted - found if trial.complete else frozenset()
    if extra:
        return Failed(_describe_extra(extra, wanted, trial))
    if missing:
        names = ", ".join(f"{v.name}, shape {v.shape}" for v in sorted(missing))
        return Failed(f"missing {'variable' if len(missing) == 1 else 'variables'}: {names}")
    return Failed(trial.copied) if trial.copied else Held()


def _is_beside(variable: Variable, evidence: Evidence, criterion: Criterion) -> bool:
    """Tell whether a variable may be created: its collection may, and no module reads it there."""
    if variable.collection not in criterion.ignore_created:
        return False
    return not any(
        read.collection == variable.collection and read.path == variable.path[: len(read.path)]
        for read in evidence.reads | evidence.unused_reads
    )


UNSEEN = (
    "your function used no flax.linen layer, so there are no parameters to look at (layers of "
    "flax.nnx are not looked at)"
)


def _describe_extra(extra: set[Variable], wanted: frozenset[Variable], trial: Trial) -> str:
    by_name = {variable.name: variable for variable in sorted(wanted)}
    parts = []
    for variable in sorted(extra, key=lambda v: (v.name not in by_name, v))[:4]:
        twin = by_name.get(variable.name)
        if twin is None:
            parts.append(f"unexpected variable {variable.name}, shape {variable.shape}")
        elif twin.shape != variable.shape:
            copies = _copies(variable.shape, twin.shape, trial)
            parts.append(f"{variable.name} has shape {variable.shape}, not {twin.shape}{copies}")
        else:
            parts.append(f"{variable.name} has dtype {variable.dtype}, not {twin.dtype}")
    return "; ".join(parts)


def _copies(found: tuple[int, ...], wanted: tuple[int, ...], trial: Trial) -> str:
    """Say so where a shape is the wanted one with one more axis, a named size of the case."""
    for axis, size in enumerate(found):
        if found[:axis] + found[axis + 1 :] == wanted and size > 1:
            names = [name for name, value in trial.case.shape.items() if value == size]
            named = f" ({names[0]} = {size})" if names else ""
            return f": {size} of them{named}"
    return ""
