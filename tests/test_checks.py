"""Each check decides one case from what was observed on it; what was not shown does not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.cases import Case
from grader.checks import CHECKS, Expected, Failed, Finding, Held, NotReached, Trial
from grader.checks.transforms import (
    INDEPENDENT,
    INITIALISED,
    UNUSED,
    fails_by_plain_reads_alone,
)
from grader.observation import (
    Died,
    Evidence,
    Garbled,
    Input,
    Limit,
    NotAnArray,
    Observation,
    Outcome,
    Raised,
    Read,
    Returned,
    Stopped,
    Transform,
    Variable,
)
from grader.spec import CheckName, Criterion, OutputSpec

KERNEL = Variable("params", ("kernel",), (3, 4), "float32")
BIAS = Variable("params", ("bias",), (4,), "float32")
SHARED = Transform("vmap", "None", splits_params_key=False)
PLAIN_VMAP = Transform("jax.vmap", "undeclared", splits_params_key=False)
ENDED: list[Outcome] = [
    Raised("ValueError", "no"),
    Stopped(Limit.CPU, 10, "s"),
    Died("SIGSEGV", -11),
    Garbled("noise"),
]


def read(variable: Variable, *transforms: Transform, module: str = "Dense") -> Read:
    return Read(variable.collection, variable.path, transforms, module)


GOOD = Evidence(
    given=frozenset({KERNEL, BIAS}),
    created=frozenset({KERNEL, BIAS}),
    reads=frozenset({read(KERNEL, SHARED), read(BIAS, SHARED)}),
    unused_reads=frozenset({read(KERNEL, SHARED), read(BIAS, SHARED)}),
)
ANSWER = np.arange(8, dtype=np.float32)


def returned(array: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = ANSWER) -> Returned:
    return Returned("jax", array)


def trial(
    outcome: Outcome | None = None,
    evidence: Evidence = GOOD,
    *repeats: Outcome,
    complete: bool = True,
    batch: int = 2,
) -> Trial:
    """Return a trial of 2 rows and 4 features on which, if nothing is said, all is right."""
    return Trial(
        Case({"B": batch, "in_dim": 3, "features": 4}, {"n": batch}),
        OutputSpec(axes={"row": "B", "feature": "features"}),
        Expected(returned(), GOOD, np.full(8, 0.25)),
        Observation(outcome or returned(), evidence),
        tuple(Observation(repeat, evidence) for repeat in repeats),
        complete,
    )


def criterion(check: CheckName, *ignored: str) -> Criterion:
    return Criterion(id=check, title=check, check=check, points=10, ignore_created=ignored)


def find(check: CheckName, case: Trial, *ignored: str) -> Finding:
    return CHECKS[check](case, criterion(check, *ignored))


def failure(check: CheckName, case: Trial, *ignored: str) -> str:
    found = find(check, case, *ignored)
    assert isinstance(found, Failed)
    return found.message


def off_by(error: float) -> Returned:
    array = ANSWER.copy()
    array[6] += error
    return returned(array)


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_holds_where_all_is_right(check: CheckName) -> None:
    assert find(check, trial(None, GOOD, returned(), returned())) == Held()


# --- output and values


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (returned(ANSWER.reshape(2, 4)), "the call returned shape (2, 4), expected (8,)"),
        (returned(ANSWER[:-1]), "the call returned shape (7,), expected (8,)"),
        (NotAnArray("list"), "the call returned a list, not a jax or numpy array"),
        (Raised("ValueError", "no"), "the call raised ValueError: no"),
        (Died("SIGSEGV", -11), "the call crashed with a segmentation fault"),
        (Stopped(Limit.CPU, 10, "s"), "the call used more than 10 s of processor time"),
    ],
)
def test_output_fails_on_what_is_no_such_array(outcome: Outcome, said: str) -> None:
    assert failure("output", trial(outcome)).startswith(said)


def test_output_fails_on_another_dtype() -> None:
    wide = Returned("numpy", ANSWER.astype(np.float64))
    assert failure("output", trial(wide)) == "the call returned dtype float64, expected float32"


def test_output_does_not_look_at_values() -> None:
    assert find("output", trial(off_by(1e9))) == Held()


@pytest.mark.parametrize("outcome", [*ENDED, NotAnArray("list"), returned(ANSWER[:-1])])
def test_values_are_not_reached_where_the_output_is_wrong(outcome: Outcome) -> None:
    assert find("values", trial(outcome)) == NotReached()


def test_values_name_the_worst_entry_with_its_place_and_what_is_allowed() -> None:
    found = find("values", trial(off_by(1.0)))
    assert isinstance(found, Failed)
    assert found.message == (
        "1 of 8 numbers is wrong (row 1, feature 2): it should be 6, yours is 7"
    )
    assert [difference.index for difference in found.differences] == [6]
    assert found.wrong_entries == 1


def test_values_within_what_is_allowed_hold() -> None:
    assert find("values", trial(off_by(0.25))) == Held()


def test_a_nan_where_a_number_is_expected_is_wrong() -> None:
    assert "it should be 6, yours is nan" in failure("values", trial(off_by(float("nan"))))


# --- determinism


@pytest.mark.parametrize("outcome", ENDED)
def test_determinism_is_not_reached_where_the_first_call_did_not_return(outcome: Outcome) -> None:
    assert find("determinism", trial(outcome)) == NotReached()


def test_determinism_wants_the_same_bits_every_time() -> None:
    nearly = np.nextafter(ANSWER, np.float32(9))
    for repeats in ([returned(nearly)], [returned(), returned(nearly)]):
        text = failure("determinism", trial(None, GOOD, *repeats))
        assert text.endswith("the result depends on something besides the inputs")


def test_a_nan_that_comes_again_is_the_same_answer() -> None:
    nan = off_by(float("nan"))
    assert find("determinism", trial(nan, GOOD, off_by(float("nan")))) == Held()


def test_determinism_does_not_mind_a_wrong_answer() -> None:
    assert find("determinism", trial(off_by(5.0), GOOD, off_by(5.0))) == Held()
    assert find("determinism", trial(NotAnArray("list"), GOOD, NotAnArray("list"))) == Held()


def test_an_answer_of_another_kind_is_another_answer() -> None:
    for repeat in (NotAnArray("list"), returned(ANSWER.reshape(2, 4))):
        assert isinstance(find("determinism", trial(None, GOOD, repeat)), Failed)
    assert isinstance(
        find("determinism", trial(NotAnArray("list"), GOOD, NotAnArray("tuple"))), Failed
    )


def test_a_second_call_that_fails_is_not_deterministic() -> None:
    text = failure("determinism", trial(None, GOOD, Raised("KeyError", "k")))
    assert text == "the same call again raised KeyError: k"


# --- variables


def with_variables(*created: Variable, given: tuple[Variable, ...] = ()) -> Evidence:
    return replace(GOOD, given=frozenset(given), created=frozenset(created))


@pytest.mark.parametrize("check", ["variables", "transforms"])
@pytest.mark.parametrize("outcome", ENDED)
def test_structure_is_not_reached_where_the_call_did_not_return(
    outcome: Outcome, check: CheckName
) -> None:
    assert find(check, trial(outcome)) == NotReached()


@pytest.mark.parametrize("check", ["variables", "transforms"])
def test_structure_is_judged_though_the_answer_is_wrong(check: CheckName) -> None:
    for outcome in (off_by(5.0), NotAnArray("list")):
        assert find(check, trial(outcome)) == Held()
        assert isinstance(find(check, trial(outcome, Evidence())), Failed)


@pytest.mark.parametrize("given", [(), (KERNEL, BIAS)])
def test_variables_hold_whether_created_or_given(given: tuple[Variable, ...]) -> None:
    created = () if given else (KERNEL, BIAS)
    assert find("variables", trial(None, with_variables(*created, given=given))) == Held()


@pytest.mark.parametrize(("axis", "shape"), [(0, (2, 3, 4)), (1, (3, 2, 4)), (2, (3, 4, 2))])
def test_copies_of_a_variable_are_counted_and_named(axis: int, shape: tuple[int, ...]) -> None:
    text = failure("variables", trial(None, with_variables(replace(KERNEL, shape=shape), BIAS)))
    assert text == f"params/kernel has shape {shape}, not (3, 4): 2 of them (B = 2)"


def test_a_variable_of_another_shape_is_wrong() -> None:
    text = failure("variables", trial(None, with_variables(replace(KERNEL, shape=(4, 3)), BIAS)))
    assert text == "params/kernel has shape (4, 3), not (3, 4)"


def test_a_single_copy_is_wrong_too() -> None:
    one = replace(KERNEL, shape=(1, 3, 4))
    text = failure("variables", trial(None, with_variables(one, BIAS), batch=1))
    assert text == "params/kernel has shape (1, 3, 4), not (3, 4)"


def test_a_variable_of_another_dtype_is_wrong() -> None:
    half = replace(KERNEL, dtype="float16")
    text = failure("variables", trial(None, with_variables(half, BIAS)))
    assert text == "params/kernel has dtype float16, not float32"


def test_a_missing_variable_is_wrong() -> None:
    text = failure("variables", trial(None, with_variables(KERNEL)))
    assert text == "missing variable: params/bias, shape (4,)"


def test_an_extra_variable_is_wrong() -> None:
    scale = Variable("params", ("scale",), (), "float32")
    text = failure("variables", trial(None, with_variables(KERNEL, BIAS, scale)))
    assert text == "unexpected variable params/scale, shape ()"


def test_a_wrong_variable_beside_the_right_one_is_wrong() -> None:
    decoy = replace(KERNEL, shape=(2, 3, 4))
    for evidence in (
        with_variables(decoy, given=(KERNEL, BIAS)),
        with_variables(KERNEL, BIAS, given=(decoy,)),
    ):
        assert isinstance(find("variables", trial(None, evidence)), Failed)


def test_a_collection_to_be_ignored_may_be_created() -> None:
    sown = Variable("intermediates", ("y",), (2, 4), "float32")
    case = trial(None, with_variables(KERNEL, BIAS, sown))
    assert find("variables", case, "intermediates") == Held()
    assert isinstance(find("variables", case), Failed)


def test_a_collection_to_be_ignored_does_not_stand_in_for_the_wanted_one() -> None:
    sown = Variable("intermediates", ("y",), (2, 4), "float32")
    case = trial(None, with_variables(sown))
    assert isinstance(find("variables", case, "intermediates"), Failed)


@pytest.mark.parametrize("check", ["variables", "transforms"])
def test_evidence_that_is_absent_fails_closed(check: CheckName) -> None:
    assert "your function" in failure(check, trial(None, Evidence()))


@pytest.mark.parametrize("check", ["variables", "transforms"])
def test_evidence_that_is_absent_where_python_need_not_have_run_is_not_damning(
    check: CheckName,
) -> None:
    assert find(check, trial(None, Evidence(), complete=False)) == Held()


def test_a_missing_variable_where_python_need_not_have_run_is_not_damning() -> None:
    assert find("variables", trial(None, with_variables(KERNEL), complete=False)) == Held()


def test_a_wrong_variable_is_damning_though_python_need_not_have_run() -> None:
    copies = with_variables(replace(KERNEL, shape=(2, 3, 4)))
    assert isinstance(find("variables", trial(None, copies, complete=False)), Failed)


@pytest.mark.parametrize("check", ["variables", "transforms"])
@pytest.mark.parametrize("complete", [True, False])
def test_evidence_that_overflowed_fails(check: CheckName, complete: bool) -> None:
    flooded = replace(GOOD, overflowed=True)
    assert "could not record" in failure(check, trial(None, flooded, complete=complete))


def test_a_problem_without_variables_wants_none() -> None:
    plain = replace(trial(None, Evidence()), expected=Expected(returned(), Evidence(), np.ones(8)))
    assert find("variables", plain) == Held()
    assert find("transforms", plain) == Held()


# --- transforms


def with_reads(*reads: Read) -> Evidence:
    return replace(GOOD, reads=frozenset(reads))


def test_a_read_outside_any_transform_is_wrong_and_its_reader_is_named() -> None:
    text = failure("transforms", trial(None, with_reads(read(KERNEL), read(BIAS))))
    assert text == "params/bias is used by a plain nn.Dense, not by a lifted module"
    own = with_reads(read(KERNEL, module="Mine"))
    assert "is used by Mine, outside any" in failure("transforms", trial(None, own))


def test_a_read_under_jax_vmap_is_wrong() -> None:
    text = failure("transforms", trial(None, with_reads(read(KERNEL, PLAIN_VMAP))))
    assert text.endswith("under jax.vmap, not by a lifted module")


@pytest.mark.parametrize("axis", ["0", "1", "-1"])
def test_a_read_that_is_mapped_is_wrong(axis: str) -> None:
    mapped = replace(SHARED, axis=axis)
    text = failure("transforms", trial(None, with_reads(read(KERNEL, mapped))))
    assert text == (
        f"params/kernel is stacked along axis {axis}, one copy per example, by your nn.vmap; "
        "here it must be shared (variable_axes: None for 'params')"
    )


def test_a_transform_that_splits_the_params_key_is_wrong() -> None:
    split = replace(SHARED, splits_params_key=True)
    text = failure("transforms", trial(None, with_reads(read(KERNEL, split))))
    assert text == "your nn.vmap splits the key that draws the params"


def test_the_same_transform_twice_in_a_row_counts_once() -> None:
    twice = with_reads(read(KERNEL, SHARED, SHARED), read(BIAS, SHARED, SHARED, SHARED))
    assert find("transforms", trial(None, twice)) == Held()


@pytest.mark.parametrize(
    "around",
    [
        (SHARED, replace(SHARED, axis="0")),
        (replace(SHARED, axis="0"), SHARED),
        (SHARED, replace(SHARED, splits_params_key=True), SHARED),
        (replace(SHARED, name="scan"),),
    ],
    ids=["mapped inside", "mapped outside", "split between", "another transform"],
)
def test_another_transform_around_the_wanted_one_is_wrong(around: tuple[Transform, ...]) -> None:
    reads = with_reads(read(KERNEL, *around), read(BIAS, SHARED))
    assert isinstance(find("transforms", trial(None, reads)), Failed)


def test_the_same_transform_twice_but_not_in_a_row_counts_twice() -> None:
    outer = replace(SHARED, axis="0")
    wanted = replace(GOOD, reads=frozenset({read(KERNEL, SHARED, outer)}))
    case = trial(None, with_reads(read(KERNEL, SHARED, outer, SHARED)))
    case = replace(case, expected=Expected(returned(), wanted, np.ones(8)))
    assert isinstance(find("transforms", case), Failed)


def test_a_right_read_does_not_excuse_a_wrong_one() -> None:
    both = with_reads(read(KERNEL, SHARED), read(BIAS, SHARED), read(KERNEL))
    for complete in (True, False):
        assert isinstance(find("transforms", trial(None, both, complete=complete)), Failed)


def test_unused_reads_do_not_count() -> None:
    assert failure("transforms", trial(None, with_reads())) == INITIALISED
    plain = frozenset({read(KERNEL), read(BIAS)})
    assert find("transforms", trial(None, replace(GOOD, unused_reads=plain))) == Held()


def test_a_variable_that_nothing_reads_is_wrong() -> None:
    text = failure("transforms", trial(None, with_reads(read(KERNEL, SHARED))))
    assert text == "no module that you applied used params/bias"


def test_a_variable_that_nothing_reads_is_not_damning_where_python_need_not_have_run() -> None:
    partly = with_reads(read(KERNEL, SHARED))
    assert find("transforms", trial(None, partly, complete=False)) == Held()


def test_reads_of_other_collections_are_as_the_learner_likes() -> None:
    stats = Read("batch_stats", ("mean",), (replace(SHARED, axis="0"),), "BatchNorm")
    assert find("transforms", trial(None, replace(GOOD, reads=GOOD.reads | {stats}))) == Held()


def test_where_the_reference_maps_a_read_that_is_shared_is_wrong() -> None:
    mapped = Transform("vmap", "0", splits_params_key=True)
    ensemble = replace(GOOD, reads=frozenset({read(KERNEL, mapped), read(BIAS, mapped)}))
    case = replace(trial(), expected=Expected(returned(), ensemble, np.ones(8)))
    assert "here it must be stacked along axis 0" in failure("transforms", case)


def sized(evidence: Evidence, size: int) -> Evidence:
    """Return the evidence with every lifted transform mapping over that many examples."""
    shared = replace(SHARED, size=size)
    return replace(evidence, reads=frozenset(replace(r, transforms=(shared,)) for r in GOOD.reads))


@pytest.mark.parametrize(
    ("size", "says"), [(1, "gets one example at a time"), (0, "maps none of its inputs")]
)
@pytest.mark.parametrize("complete", [True, False])
def test_a_lifted_module_that_maps_over_nothing_is_wrong(
    size: int, says: str, complete: bool
) -> None:
    case = replace(
        trial(None, sized(GOOD, size), complete=complete),
        expected=Expected(returned(), sized(GOOD, 2), np.ones(8)),
    )
    assert says in failure("transforms", case)


@pytest.mark.parametrize("size", [2, 32])
def test_a_batch_may_be_padded_or_cut_into_chunks(size: int) -> None:
    chunks = sized(GOOD, size).reads | sized(GOOD, 1).reads
    case = replace(
        trial(None, replace(GOOD, reads=chunks)),
        expected=Expected(returned(), sized(GOOD, 9), np.ones(8)),
    )
    assert find("transforms", case) == Held()


def test_a_batch_of_two_may_be_cut_into_halves_where_larger_ones_are_mapped_over() -> None:
    halves = replace(
        trial(None, sized(GOOD, 1)),
        expected=Expected(returned(), sized(GOOD, 2), np.ones(8)),
        lifts_elsewhere=True,
    )
    assert find("transforms", halves) == Held()


def test_a_batch_of_one_is_mapped_over_as_one_example() -> None:
    one = sized(GOOD, 1)
    case = replace(trial(None, one), expected=Expected(returned(), one, np.ones(8)))
    assert find("transforms", case) == Held()


def test_a_lifted_transform_inside_jax_vmap_is_wrong() -> None:
    text = failure("transforms", trial(None, with_reads(read(KERNEL, PLAIN_VMAP, SHARED))))
    assert "with jax.vmap around it" in text


def test_an_answer_that_does_not_come_from_the_lifted_output_is_wrong() -> None:
    text = failure("transforms", replace(trial(), untouched=True))
    assert text == "the lifted module is applied, but its output does not affect your result"


def test_plain_reads_can_be_forgiven_beside_right_ones_alone() -> None:
    right, plain = read(KERNEL, SHARED), read(KERNEL)
    mapped = read(KERNEL, replace(SHARED, axis="0"))
    forgivable = [with_reads(right, plain), with_reads(right, read(KERNEL, PLAIN_VMAP, SHARED))]
    others = [with_reads(right), with_reads(plain), with_reads(mapped, plain), GOOD]
    assert all(fails_by_plain_reads_alone(trial(None, one)) for one in forgivable)
    assert not any(fails_by_plain_reads_alone(trial(None, one)) for one in others)


# --- what two calls and other processes show


def test_more_sets_of_params_than_one_fail_in_the_words_that_were_found() -> None:
    several = replace(trial(), copied="your function creates 5 sets of params where B is 5")
    assert failure("variables", several) == several.copied


def test_a_wrong_shape_is_told_before_the_number_of_sets() -> None:
    wrong = replace(trial(None, extra((2, 3, 4))), copied="5 sets")
    assert "(2, 3, 4)" in failure("variables", wrong)


def test_a_lifted_module_that_does_not_see_an_argument_names_it() -> None:
    unseen = replace(trial(), independent="x_batch")
    assert failure("transforms", unseen) == INDEPENDENT.format("x_batch")


def test_an_order_of_sets_is_named_as_what_the_answer_depends_on() -> None:
    other = replace(trial(), reordered=(Observation(off_by(1.0)),))
    assert failure("determinism", other).endswith("there the same call returned something else")
    raised = replace(trial(), reordered=(Observation(Raised("KeyError", "'a'")),))
    assert "PYTHONHASHSEED" in failure("determinism", raised)
    assert "KeyError" in failure("determinism", raised)


def test_the_same_answer_in_every_order_holds() -> None:
    same = replace(trial(), reordered=(Observation(returned()), Observation(returned())))
    assert find("determinism", same) == Held()


@pytest.mark.parametrize(
    ("shapes", "fails"),
    [
        ([(3,)], False),
        ([(1, 3)], False),
        ([(3, 1, 1)], False),
        ([()], False),
        ([(2, 3)], True),
        ([(3,), (2, 3)], False),
        ([(2, 2, 3), (2, 3)], True),
        ([], False),
    ],
)
def test_a_lifted_module_gets_one_example_at_a_time(
    shapes: list[tuple[int, ...]], fails: bool
) -> None:
    case = trial(None, replace(GOOD, inputs=frozenset(Input(one, "") for one in shapes)))
    wanted = replace(GOOD, inputs=frozenset({Input((3,), "")}))
    case = replace(case, expected=replace(case.expected, evidence=wanted))
    found = find("transforms", case)
    assert isinstance(found, Failed) is fails
    if isinstance(found, Failed):
        assert "it should be given one example, of shape (3,)" in found.message


def test_where_the_reference_maps_no_input_any_will_do() -> None:
    case = trial(None, replace(GOOD, inputs=frozenset({Input((2, 3), "")})))
    assert find("transforms", case) == Held()


def test_a_collection_to_be_ignored_counts_where_a_module_reads_it() -> None:
    copies = Variable("intermediates", ("inner", "kernel"), (2, 3, 4), "float32")
    evidence = replace(GOOD, created=GOOD.created | {copies})
    assert find("variables", trial(None, evidence), "intermediates") == Held()
    reads = {Read("intermediates", ("inner",), (SHARED,), "Dense")}
    for how in (
        replace(evidence, reads=evidence.reads | reads),
        replace(evidence, unused_reads=evidence.unused_reads | reads),
    ):
        assert "intermediates/inner/kernel" in failure(
            "variables", trial(None, how), "intermediates"
        )


def extra(shape: tuple[int, ...]) -> Evidence:
    return replace(GOOD, created=frozenset({replace(KERNEL, shape=shape)}))


def test_a_lifted_module_that_is_only_initialised_is_said_to_be() -> None:
    case = trial(None, replace(GOOD, reads=frozenset()))
    assert failure("transforms", case) == INITIALISED
    plain = replace(GOOD, reads=frozenset(), unused_reads=frozenset({read(KERNEL)}))
    assert failure("transforms", trial(None, plain)) == UNUSED
