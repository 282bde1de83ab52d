"""A second witness, beside Flax, for how parameters are laid out: the programs."""

from __future__ import annotations

from grader.cases import Case
from grader.contractions import describe_products, has_copies, sizes_of_parameters
from grader.programs import Programs
from grader.proof import Other, arrays_among


def sees_copies(programs: Programs, *, thoroughly: bool) -> bool:
    """Tell whether in a submission's program each example has parameters of its own.

    They are multiplied side by side with the examples, or, to be asked `thoroughly`, there are
    more of them where a size is one more. What the solution does too is no fault.
    """
    finding = programs.finding
    if not isinstance(finding, Other):
        return False
    arrays = arrays_among(programs.plan.spec, finding.fixed[-1])
    if has_copies(finding.found.program, arrays):
        return not has_copies(finding.wanted.program, arrays)
    return thoroughly and _has_more_where_a_size_is_one_more(programs)


def products(programs: Programs, case: Case) -> tuple[str, str] | None:
    """Say what is multiplied by which parameters, on a case: here, and in the reference."""
    pair = programs.pair(case.shape, case) if isinstance(programs.finding, Other) else None
    if pair is None:
        return None
    arrays = arrays_among(programs.plan.spec, programs.fixed(case.shape, case))
    variables = programs.reference.expect(case).evidence.variables
    names = {one.shape: one.path[-1] for one in sorted(variables) if one.path}
    found, wanted = (describe_products(one.program, arrays, names) for one in pair)
    return (found, wanted) if found != wanted else None


def _has_more_where_a_size_is_one_more(programs: Programs) -> bool:
    spec, cases = programs.plan.spec, programs.plan.cases
    case = next((case for case in cases if case.in_general_position), cases[0])
    arrays = arrays_among(spec, programs.fixed(case.shape, case))
    before = programs.pair(case.shape, case)
    for size in spec.program.symbolic if spec.program else ():
        after = programs.pair({**case.shape, size: case.shape[size] + 1}, case)
        if before is None or after is None:
            return False
        found, wanted = (
            sizes_of_parameters(one.program, arrays) != sizes_of_parameters(other.program, arrays)
            for one, other in zip(before, after, strict=True)
        )
        if found and not wanted:
            return True
    return False
