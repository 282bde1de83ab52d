"""A second witness, beside Flax, for how parameters are laid out: the programs."""

from __future__ import annotations

import itertools

from grader.cases import Case
from grader.contractions import describe_products, sizes_of_parameters, sizes_side_by_side
from grader.observation import Program
from grader.programs import Programs
from grader.proof import Other, arrays_among

HIDDEN = "your function multiplies by parameters that are not among its Flax variables"
COPIED = "where a size is larger it multiplies by more of them, and the reference does not"
MORE = (1, 20)  # by how much a size is larger


def find_copies(programs: Programs, telling: Case, *, thoroughly: bool) -> Case | None:
    """Return a case on which in a submission's program each example has parameters of its own.

    They run side by side with an array in a product, over a size that they do not have in the
    reference; or, to be asked `thoroughly`, an array is multiplied by more of them where such a
    size is larger. What grows in the solution too is no fault. Asked at a case that is telling,
    and where the program is seen to take another path.
    """
    finding = programs.finding
    cases = programs.turning_cases()
    if isinstance(finding, Other):
        arrays = arrays_among(programs.plan.spec, finding.fixed[-1])
        if cases or thoroughly or sizes_side_by_side(finding.found.program, arrays):
            cases.insert(0, telling)
    return next((one for one in cases if _has_more_where_a_size_is_larger(programs, one)), None)


def describe_copies(programs: Programs, case: Case) -> str:
    """Say in one sentence how there are more parameters than Flax's variables show."""
    both = products(programs, case)
    return f"{HIDDEN}: {f'{both[0]}; the reference: {both[1]}' if both else COPIED}"


def products(programs: Programs, case: Case) -> tuple[str, str] | None:
    """Say what is multiplied by which parameters, on a case: here, and in the reference."""
    differ = isinstance(programs.finding, Other) or programs.turning_cases()
    pair = programs.pair(case.shape, case) if differ else None
    if pair is None:
        return None
    arrays = arrays_among(programs.plan.spec, programs.fixed(case.shape, case))
    variables = programs.reference.expect(case).evidence.variables
    names = {one.shape: one.path[-1] for one in sorted(variables) if one.path}
    found, wanted = (describe_products(one.program, arrays, names) for one in pair)
    return (found, wanted) if found != wanted else None


def _has_more_where_a_size_is_larger(programs: Programs, case: Case) -> bool:
    spec = programs.plan.spec
    arrays = arrays_among(spec, programs.fixed(case.shape, case))
    before = programs.pair(case.shape, case)
    sizes = spec.program.symbolic if spec.program else ()
    for more, size in itertools.product(MORE, sizes):
        after = programs.pair({**case.shape, size: case.shape[size] + more}, case)
        if before is None or after is None:
            return False
        found, wanted = (
            _sizes(one.program, arrays) != _sizes(other.program, arrays)
            for one, other in zip(before, after, strict=True)
        )
        if found and not wanted:
            return True
    return False


def _sizes(program: Program, arrays: frozenset[int]) -> tuple[object, object]:
    return sizes_side_by_side(program, arrays), sizes_of_parameters(program, arrays)
