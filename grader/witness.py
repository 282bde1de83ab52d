"""A second witness, beside Flax, for how parameters are laid out: the programs."""

from __future__ import annotations

from grader.cases import Case
from grader.contractions import describe_products, sizes_of_parameters, sizes_side_by_side
from grader.observation import Program
from grader.programs import Programs
from grader.proof import Other, arrays_among


def sees_copies(programs: Programs, *, thoroughly: bool) -> bool:
    """Tell whether in a submission's program each example has parameters of its own.

    They run side by side with an array in a product, over a size that they do not have in the
    reference; or, to be asked `thoroughly`, an array is multiplied by more of them where such a
    size is one more. What grows in the solution too is no fault.
    """
    finding = programs.finding
    if not isinstance(finding, Other):
        return False
    arrays = arrays_among(programs.plan.spec, finding.fixed[-1])
    if not thoroughly and not sizes_side_by_side(finding.found.program, arrays):
        return False
    return _has_more_where_a_size_is_one_more(programs)


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
            _sizes(one.program, arrays) != _sizes(other.program, arrays)
            for one, other in zip(before, after, strict=True)
        )
        if found and not wanted:
            return True
    return False


def _sizes(program: Program, arrays: frozenset[int]) -> tuple[object, object]:
    return sizes_side_by_side(program, arrays), sizes_of_parameters(program, arrays)
