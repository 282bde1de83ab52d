"""What computes the same has the same name as a program; what computes something else has not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cases import Case, CaseSource
from grader.catalog import Problem
from grader.observation import Died, Loaded, Lowered, Program, Refused, Returned
from grader.observer import Observer
from grader.processes import Starter
from grader.proof import Traced, Unjudged, Untraced, arrays_of, make_program

HEAD = """
import jax, jax.numpy as jnp
from flax import linen as nn
def vmapped(layer, axis=None):
    return nn.vmap(layer, variable_axes={"params": axis}, split_rngs={"params": axis is not None})
def nn_vmap_forward(seed, x_batch, features):
    key = jax.random.PRNGKey(seed)
"""
NUMBERS = itertools.count()
GUIDE = {"B": 4, "in_dim": 5, "features": 3}


@pytest.fixture(scope="module")
def box(problem: Problem, starter: Starter) -> Iterator[Observer]:
    with Observer(problem.spec, level=None, starter=starter) as observer:
        yield observer


def program(box: Observer, problem: Problem, body: str, features: int = 3) -> Program:
    """Return the program of a function that ends like this."""
    module = f"made_{next(NUMBERS)}"
    source = HEAD + "".join(f"    {line}\n" for line in body.strip().split("\n"))
    assert box.load(source, "made.py", module) == Loaded()
    made = make_program(box, box, problem.spec, {"features": features}, GUIDE, module)
    assert isinstance(made, Traced), made
    return made.program


PLAIN = "return (x_batch * features + 1).reshape(-1)"
SAME = [
    (PLAIN, "return (1 + features * x_batch).ravel()"),
    (PLAIN, "return jax.jit(lambda x: (x * features + 1).flatten())(x_batch)"),
    (PLAIN, "unused = jnp.sin(x_batch)\nreturn (x_batch * features + 1).reshape(-1)"),
    ("return x_batch.ravel()", "return jnp.swapaxes(x_batch.T, 0, 1).ravel()"),
    ("return jnp.dot(x_batch.T, x_batch).ravel()", "return (x_batch.T @ x_batch).reshape(-1)"),
    ("return (x_batch @ x_batch.T).ravel()", "return jnp.dot(x_batch, x_batch.T).ravel()"),
    (
        "return jax.random.normal(key, (features,))",
        "return jax.jit(jax.random.normal, static_argnums=1)(key, (features,))",
    ),
]
OTHER = [
    (PLAIN, "return (x_batch * features + 2).reshape(-1)"),
    (PLAIN, "return (x_batch * features + 1).T.reshape(-1)"),
    (PLAIN, "return (x_batch * features + 1 + 0 * seed).reshape(-1)"),
    (PLAIN, "return x_batch * features + 1"),
    ("return (x_batch - 1).ravel()", "return (1 - x_batch).ravel()"),
    ("return (x_batch.T @ x_batch).ravel()", "return (x_batch @ x_batch.T).ravel()"),
    ("return jax.random.normal(key, (3,))", "return jax.random.normal(key, (3,)) * 1.0001"),
    (
        "return jax.lax.fori_loop(0, 3, lambda i, x: x + i, x_batch).ravel()",
        "return jax.lax.fori_loop(0, 3, lambda i, x: x * i, x_batch).ravel()",
    ),
    (
        "return jax.lax.fori_loop(0, 3, lambda i, x: x + seed, x_batch).ravel()",
        "return jax.lax.fori_loop(0, 3, lambda i, x: x + features, x_batch).ravel()",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_way_to_write_it_is_the_same_program(
    box: Observer, problem: Problem, one: str, other: str
) -> None:
    assert program(box, problem, one).name == program(box, problem, other).name


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_computes_something_else_is_another_program(
    box: Observer, problem: Problem, one: str, other: str
) -> None:
    assert program(box, problem, one).name != program(box, problem, other).name


def test_an_ensemble_shows_in_a_product_with_a_batch_of_parameters(
    box: Observer, problem: Problem
) -> None:
    body = "out, _ = vmapped(nn.Dense, {})(features).init_with_output(key, x_batch)\nreturn out"
    shared = program(box, problem, body.format("None")).products
    ensemble = program(box, problem, body.format("0")).products
    assert [(one.batch, one.summed) for one in shared] == [((), ((1, 0),))]
    assert [(one.batch, one.summed) for one in ensemble] == [(((0, 0),), ((1, 1),))]
    for product in (*shared, *ensemble):
        assert product.depends == (frozenset({1}), frozenset({0}))


@pytest.mark.parametrize(
    "body",
    [
        "import numpy\nreturn numpy.asarray(x_batch).ravel()",
        "return jnp.ones(int(seed))",
        "jax.debug.print('{}', seed)\nreturn x_batch.ravel()",
        "return jax.pure_callback(lambda x: x, x_batch[0], x_batch[0])",
    ],
)
def test_what_is_no_program_is_judged_by_calls(box: Observer, problem: Problem, body: str) -> None:
    module = f"made_{next(NUMBERS)}"
    source = HEAD + "".join(f"    {line}\n" for line in body.split("\n"))
    assert box.load(source, "made.py", module) == Loaded()
    made = make_program(box, box, problem.spec, {"features": 3}, GUIDE, module)
    assert isinstance(made, Untraced | Unjudged), made


def test_a_value_is_one_factor_however_often_it_is_multiplied(
    box: Observer, problem: Problem
) -> None:
    once = "w = jax.random.normal(key, (features,))\n"
    found = program(box, problem, once + "return w * x_batch.sum()").uses
    twice = once + "return w * x_batch.sum() + (w[None] * x_batch[0, 0] * seed).sum(0)"
    assert [one.depends for one in found] == [frozenset({0}), frozenset({1})]
    uses = program(box, problem, twice).uses
    assert [one.type for one in uses].count("tensor<3xf32>") == 1


def test_a_program_with_too_many_factors_is_not_judged(box: Observer, problem: Problem) -> None:
    body = "for number in range(2001):\n    x_batch = x_batch + x_batch * (seed + number)"
    source = HEAD + "".join(f"    {line}\n" for line in [*body.split("\n"), "return x_batch"])
    assert box.load(source, "made.py", "many") == Loaded()
    made = make_program(box, box, problem.spec, {"features": 3}, GUIDE, "many")
    assert made == Unjudged("it multiplies more than 2,000 values")


@pytest.mark.parametrize("program", [b"", b"MLIR", b"ML\xefR" + bytes(100), bytes(1 << 16)])
def test_bytes_that_are_no_program_are_refused(box: Observer, program: bytes) -> None:
    assert isinstance(box.analyse(Lowered(program, (0, 1), "")), Refused)
    assert box.alive


def test_a_program_that_was_cut_or_changed_is_refused_or_ends_its_analyst_alone(
    problem: Problem, starter: Starter, box: Observer
) -> None:
    source = HEAD + "    return x_batch.ravel() + seed\n"
    assert box.load(source, "made.py", "whole") == Loaded()
    arguments: list[dict[str, object]] = [
        {"kind": "int"},
        {"kind": "jax", "dtype": "float32", "shape": ["B", "in_dim"]},
        {"kind": "int", "value": 3},
    ]
    lowered = box.lower(arguments, GUIDE, module="whole")
    assert isinstance(lowered, Lowered)
    whole = lowered.program
    random = np.random.default_rng(5)
    for _ in range(40):
        broken = bytearray(whole[: random.integers(1, len(whole) + 1)])
        broken[random.integers(len(broken))] ^= 1 << int(random.integers(8))
        with Observer(problem.spec, level=None, starter=starter) as analyst:
            changed = replace(lowered, program=bytes(broken))
            found = analyst.analyse(changed)
            assert isinstance(found, Program | Refused | Died), found
            came = analyst.interpret(changed, [np.array(5, np.int32), np.ones((2, 3), np.float32)])
            assert isinstance(came, Returned | Refused | Died), came


LEAVES = st.sampled_from(
    ["x_batch", "seed", "features", "1.5", "w", "x_batch.T.T", "dense(None)", "dense(0)"]
)
BINARY = st.sampled_from(["({} + {})", "({} * {})", "jnp.maximum({}, {})", "({} - {})"])
UNARY = st.sampled_from(["jnp.sin({})", "(-{})", "jax.jit(jnp.tanh)({})", "jnp.transpose({}).T"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda form, one, two: form.format(one, two), BINARY, inner, inner)
        | st.builds(lambda form, one: form.format(one), UNARY, inner)
    ),
    max_leaves=3,
)
IN_OTHER_WORDS = st.sampled_from(
    ["jax.jit(lambda x_batch: {})(x_batch)", "({}, jnp.cos(w))[0]", "(lambda: {})()", "0 + {}"]
)
PAIRS = st.tuples(EXPRESSIONS, EXPRESSIONS) | st.builds(
    lambda one, form: (one, form.format(one)), EXPRESSIONS, IN_OTHER_WORDS
)


@st.composite
def small_cases(draw: st.DrawFn, source: CaseSource) -> Case:
    """Draw a case whose numbers are small: sine would make much of how large ones are rounded."""
    batch, width = draw(st.sampled_from([3, 1])), draw(st.sampled_from([2, 4]))
    values = np.random.default_rng(draw(st.integers(0, 99))).uniform(-2, 2, (batch, width))
    seed = draw(st.integers(0, 9))
    shape = {"B": batch, "in_dim": width, "features": 4}
    return source.make(shape, {"seed": seed, "x_batch": values.astype(np.float32), "features": 4})


@settings(max_examples=40)
@given(pair=PAIRS, data=st.data())
def test_programs_of_one_name_give_the_same_answers(
    box: Observer, problem: Problem, pair: tuple[str, str], data: st.DataObject
) -> None:
    traced = [_trace(box, problem, expression) for expression in pair]
    if len({made.program.name for made, _ in traced}) == 1:
        for _ in range(2):
            case = data.draw(small_cases(CaseSource(problem.cases, problem.spec)))
            _assert_close(*(_call(box, case, module) for _, module in traced))


@settings(max_examples=30)
@given(expression=EXPRESSIONS, data=st.data())
def test_a_program_that_is_run_gives_the_answer_of_the_call(
    box: Observer, problem: Problem, expression: str, data: st.DataObject
) -> None:
    case = data.draw(small_cases(CaseSource(problem.cases, problem.spec)))
    made, module = _trace(box, problem, expression)
    came = box.interpret(made.lowered, arrays_of(problem.spec, {"features": 4}, case))
    assert isinstance(came, Returned), came
    _assert_close(came.array, _call(box, case, module))


def _trace(box: Observer, problem: Problem, expression: str) -> tuple[Traced, str]:
    module = f"made_{next(NUMBERS)}"
    source = f"""{HEAD}    w = jax.random.normal(key, x_batch.shape[1:])
    def dense(axis):
        layer = vmapped(nn.Dense, axis)(x_batch.shape[1])
        return layer.init_with_output(key, x_batch)[0]
    return jnp.broadcast_to({expression}, x_batch.shape).astype(float).ravel()
"""
    assert box.load(source, "made.py", module) == Loaded()
    made = make_program(box, box, problem.spec, {"features": 4}, GUIDE, module)
    assert isinstance(made, Traced), made
    return made, module


def _call(box: Observer, case: Case, module: str) -> np.ndarray[Any, Any]:
    outcome = box.call(case, module=module).outcome
    assert isinstance(outcome, Returned)
    return outcome.array


def _assert_close(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)  # jit rounds otherwise
