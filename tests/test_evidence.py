"""What a worker reports about Flax: variables with their shapes, reads with their transforms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from conftest import ROOT

from grader.cases import Case
from grader.catalog import Problem
from grader.isolation import Level
from grader.observation import Evidence, Input, Loaded, Returned, Transform
from grader.observer import Observer

HEAD = """
import functools, jax, jax.numpy as jnp
from flax import linen as nn

def lift(axis=None, split=False, target=nn.Dense):
    return nn.vmap(target, in_axes=0, out_axes=0, variable_axes={"params": axis},
                   split_rngs={"params": split})
"""
SHARED = Transform("vmap", "None", False, size=2)
MAPPED = Transform("vmap", "0", True, size=2)
CASE = Case(
    {"B": 2, "in_dim": 3, "features": 4},
    {"seed": 1, "x_batch": np.ones((2, 3), np.float32), "features": 4},
)


@pytest.fixture(scope="module")
def observer(problem: Problem) -> Iterator[Observer]:
    with Observer(problem.spec, Level.PROCESS) as observer:
        yield observer


def evidence(observer: Observer, body: str, *, calls: int = 1, clear: bool = False) -> Evidence:
    """Return the evidence of the last of some calls of a function with this body."""
    return evidence_of(observer, source_of(body), calls=calls, clear=clear)


def source_of(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
    return f"{HEAD}\ndef nn_vmap_forward(seed, x, features):\n{lines}"


def name_of(source: str) -> str:
    return f"m{abs(hash(source))}"


def evidence_of(observer: Observer, source: str, *, calls: int, clear: bool) -> Evidence:
    name = name_of(source)
    assert observer.load(source, f"{name}.py", name) == Loaded()
    for _ in range(calls - 1):
        observer.call(CASE, module=name)
    return observer.call(CASE, module=name, clear_caches=clear).evidence


def answer(observer: Observer, body: str) -> float:
    evidence(observer, body)
    outcome = observer.call(CASE, module=name_of(source_of(body))).outcome
    assert isinstance(outcome, Returned)
    return float(outcome.array)


def shapes(found: Evidence) -> dict[str, set[tuple[int, ...]]]:
    table: dict[str, set[tuple[int, ...]]] = {}
    for variable in found.variables:
        table.setdefault(variable.name, set()).add(variable.shape)
    return table


def transforms(found: Evidence) -> set[tuple[Transform, ...]]:
    return {read.transforms for read in found.reads}


UNBATCHED = {"params/kernel": {(3, 4)}, "params/bias": {(4,)}}
COPIES = {"params/kernel": {(2, 3, 4)}, "params/bias": {(2, 4)}}
KEY = "key = jax.random.PRNGKey(seed)\n"


@pytest.mark.parametrize(
    "body",
    [
        "m = lift()(features); return m.apply(m.init(key, x), x).ravel()",
        "m = lift()(features); return m.init_with_output(key, x)[0].ravel()",
        "m = lift()(features); return m.bind(m.init(key, x))(x).ravel()",
        "m = lift()(features); call = lambda m, x: m(x)\n"
        "return nn.apply(call, m)(nn.init(call, m)(key, x), x).ravel()",
        "m = lift()(features); return jax.jit(m.apply)(jax.jit(m.init)(key, x), x).ravel()",
        "import threading\nm = lift()(features); out = []\n"
        "t = threading.Thread(target=lambda: out.append(m.apply(m.init(key, x), x)))\n"
        "t.start(); t.join(); return out[0].ravel()",
    ],
    ids=["apply", "init_with_output", "bind", "functions", "jit", "thread"],
)
def test_every_route_shows_unbatched_params_read_under_the_lifted_vmap(
    body: str, observer: Observer
) -> None:
    found = evidence(observer, KEY + body)
    assert (shapes(found), transforms(found)) == (UNBATCHED, {(SHARED,)})


def test_an_ensemble_shows_its_copies_and_its_axis(observer: Observer) -> None:
    body = "m = lift(0, True)(features); return m.apply(m.init(key, x), x).ravel()"
    found = evidence(observer, KEY + body)
    assert (shapes(found), transforms(found)) == (COPIES, {(MAPPED,)})


def test_a_plain_module_is_read_under_no_transform(observer: Observer) -> None:
    body = "lift()(features)\nm = nn.Dense(features); return m.apply(m.init(key, x), x).ravel()"
    assert transforms(evidence(observer, KEY + body)) == {()}


def test_reads_in_an_init_whose_output_is_dropped_are_kept_apart(observer: Observer) -> None:
    body = "v = nn.Dense(features).init(key, x)\nreturn lift()(features).apply(v, x).ravel()"
    found = evidence(observer, KEY + body)
    assert transforms(found) == {(SHARED,)}
    assert {read.transforms for read in found.unused_reads} == {()}


def test_copies_mapped_by_an_outer_vmap_are_counted(observer: Observer) -> None:
    body = (
        "m = lift()(features); v = m.init(key, x)\n"
        "v = jax.tree.map(lambda leaf: jnp.stack([leaf] * 2), v)\n"
        "return jax.vmap(lambda v, r: m.apply(v, r[None])[0])(v, x).ravel()"
    )
    found = shapes(evidence(observer, KEY + body))
    assert (2, 3, 4) in found["params/kernel"]


@pytest.mark.parametrize(
    "body",
    [
        "jax.vmap(m.init)(keys, x[:, None])",
        "jax.vmap(jax.jit(m.init))(keys, x[:, None])",
        "jax.jit(jax.vmap(m.init))(keys, x[:, None])",
        "jax.lax.map(lambda one: m.init(*one), (keys, x[:, None]))",
        "jax.lax.map(jax.jit(lambda one: m.init(*one)), (keys, x[:, None]))",
    ],
)
def test_params_made_once_for_each_row_are_counted_whatever_makes_them(
    body: str, observer: Observer
) -> None:
    head = KEY + "keys = jnp.stack([key] * 2); m = lift()(features)\n"
    found = shapes(evidence(observer, f"{head}{body}\nreturn x"))
    assert found["params/kernel"] == {(2, 3, 4)}


@pytest.mark.parametrize(
    "body",
    [
        "jax.vmap(lambda row: m.init(key, row[None]))(x)",
        "jax.jit(jax.vmap(lambda row: m.init(key, row[None])))(x)",
        "jax.jit(m.init)(key, x)",
        "jax.lax.map(lambda row: m.apply(v, row[None]), x)",
        "jax.lax.map(jax.jit(lambda row: m.apply(v, row[None])), x)",
    ],
)
def test_params_that_no_row_has_of_its_own_count_once(body: str, observer: Observer) -> None:
    head = KEY + "m = lift()(features); v = m.init(key, x)\n"
    assert shapes(evidence(observer, f"{head}{body}\nreturn x")) == UNBATCHED


@pytest.mark.parametrize(
    ("body", "sizes"),
    [
        ("m.apply(v, x)", (2,)),
        ("m.apply(v, x[None])", (1,)),
        ("jax.jit(m.apply)(v, x[:1])", (1,)),
        ("lift(target=lift())(features).apply(v, x[None])", (1, 2)),
        ("jax.vmap(jax.jit(lambda row: m.apply(v, row[None])))(x)", (2, 1)),
        ("nothing = nn.vmap(nn.Dense, in_axes=None, out_axes=None, axis_size=7,\n"
         "    variable_axes={'params': None}, split_rngs={'params': False})\n"
         "nothing(features).apply(v, x)", (0,)),
    ],
)  # fmt: skip
def test_a_read_says_over_how_many_examples_each_vmap_around_it_maps(
    body: str, sizes: tuple[int, ...], observer: Observer
) -> None:
    head = KEY + "m = lift()(features); v = m.init(key, x)\n"
    found = transforms(evidence(observer, f"{head}{body}\nreturn x"))
    assert {tuple(one.size for one in around) for around in found} == {sizes}


def test_what_a_box_of_the_submissions_own_hides_is_seen(observer: Observer) -> None:
    path = ROOT / "tests/behaviours/keeps_copies_in_a_box.py"
    found = evidence_of(observer, path.read_text(encoding="utf-8"), calls=1, clear=False)
    assert {variable.shape for variable in found.given} == {(2, 3, 4), (2, 4)}


def test_a_loop_is_compiled_once_for_each_body_as_it_is_without_evidence(
    observer: Observer,
) -> None:
    body = (
        "import builtins\n"
        "body = builtins.__dict__.setdefault('body', lambda c, row: (ran.append(1) or c, row))\n"
        "ran = body.__globals__.setdefault('ran', [])\n"
        "jax.lax.scan(body, 0, x)\n"
        "return jnp.float32(len(ran))"
    )
    counts = [answer(observer, body), answer(observer, body)]
    assert counts[0] == counts[1]


def test_a_loop_over_a_wrapped_body_runs_the_wrapped_one(observer: Observer) -> None:
    body = (
        "total = lambda carry, row: (carry + row.sum(), carry)\n"
        "jax.lax.scan(total, 0.0, x)\n"
        "return jax.lax.scan(jax.vmap(total), jnp.zeros(3), x)[0][0]"
    )
    assert answer(observer, body) == 2.0


def test_a_module_may_be_the_body_of_a_loop(observer: Observer) -> None:
    body = (
        "class Total(nn.Module):\n"
        "    def __call__(self, carry, row):\n"
        "        return carry + row.sum(), carry\n"
        "return jax.lax.scan(Total().bind({}), 0.0, x)[0]"
    )
    assert answer(observer, body) == 6.0


JITTED = f"""{HEAD}
@functools.partial(jax.jit, static_argnums=2)
def nn_vmap_forward(seed, x, features):
    m = lift()(features)
    return m.apply(m.init(jax.random.PRNGKey(seed), x), x).ravel()
"""


def test_a_call_that_jit_has_compiled_before_shows_nothing(observer: Observer) -> None:
    assert evidence_of(observer, JITTED, calls=2, clear=False) == Evidence()


def test_with_the_caches_cleared_a_jitted_call_shows_everything_again(observer: Observer) -> None:
    found = evidence_of(observer, JITTED + "# again", calls=2, clear=True)
    assert (shapes(found), transforms(found)) == (UNBATCHED, {(SHARED,)})


def test_nothing_of_one_call_is_left_in_the_next(observer: Observer) -> None:
    body = "if seed == 1 and not seen:\n    seen.append(1)\n    lift(0)(4).init(key, x)\nreturn x"
    found = evidence(
        observer,
        "import builtins\nseen = builtins.__dict__.setdefault('s', [])\n" + KEY + body,
        calls=2,
    )
    assert found == Evidence()


def sets(found: Evidence) -> int:
    return dict(found.sets).get("params", 0)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("m.init(key, x)", 1),
        ("m.init(key, x); m.init(key, x)", 2),
        ("[m.init(key, row[None]) for row in x]", 2),
        ("jax.vmap(lambda row: m.init(key, row[None]))(x)", 2),
        ("jax.jit(jax.vmap(lambda row: m.init(key, row[None])))(x)", 2),
        ("jax.lax.map(lambda row: m.init(key, row[None]), x)", 2),
        ("jax.vmap(lambda row: jax.vmap(lambda r: m.init(key, r[None]))(x))(x)", 4),
        ("jax.eval_shape(m.init, key, x)", 1),
        ("m.apply(m.init(key, x), x)", 1),
        ("pass", 0),
    ],
)
def test_sets_of_params_are_counted_whoever_makes_them(
    body: str, count: int, observer: Observer
) -> None:
    found = evidence(observer, f"{KEY}m = lift()(features)\n{body}\nreturn x")
    assert sets(found) == count


def test_what_a_lifted_module_maps_is_known_by_shape_and_numbers(observer: Observer) -> None:
    head = KEY + "m = lift()(features); v = m.init(key, x)\n"

    def of(what: str) -> frozenset[Input]:
        return evidence(observer, f"{head}return m.apply(v, {what})").inputs

    assert {one.shape for one in of("x")} == {(3,)}
    assert {one.shape for one in of("x[:, None]")} == {(1, 3)}
    assert of("x") == of("jnp.ones_like(x)")
    assert of("x") != of("2 * x")
    assert of("x") != of("x + 1e-6")


def test_a_jit_hides_the_numbers_unless_it_is_switched_off(observer: Observer) -> None:
    body = KEY + "m = lift()(features)\nreturn jax.jit(m.apply)(m.init(key, x), x)"
    assert {one.fingerprint for one in evidence(observer, body).inputs} == {""}
    again = observer.call(CASE, module=name_of(source_of(body)), without_jit=True)
    assert all(one.fingerprint for one in again.evidence.inputs)


def test_what_is_mapped_in_an_init_alone_is_no_input(observer: Observer) -> None:
    body = KEY + "lift()(features).init(key, x)\nreturn x"
    assert not evidence(observer, body).inputs


READS_ALL = """
class Net(nn.Module):
    features: int
    @nn.compact
    def __call__(self, x):
        inner = nn.Dense(self.features, name="inner")
        inner(x)
        p = {how}
        return x @ p["kernel"] + p["bias"]
m = lift(target=Net)(features)
v = m.init(key, x)
return m.apply(v, x)
"""


@pytest.mark.parametrize("how", ['self.variables["params"]["inner"]', 'inner.variables["params"]'])
def test_looking_at_all_variables_inside_a_lifted_module_is_a_read(
    how: str, observer: Observer
) -> None:
    found = evidence(observer, KEY + READS_ALL.format(how=how))
    assert {(SHARED,)} == {one.transforms for one in found.reads if one.path == ("inner", "kernel")}


def test_looking_at_variables_outside_of_every_lift_is_no_read(observer: Observer) -> None:
    body = "m = lift()(features); b = m.bind(m.init(key, x))\nb.variables['params']\nreturn x"
    assert not evidence(observer, KEY + body).reads


SOWS = """
class Net(nn.Module):
    features: int
    @nn.compact
    def __call__(self, x):
        y = nn.Dense(self.features)(x)
        self.sow("intermediates", "y", y)
        {more}
        return y
m = nn.vmap(Net, in_axes=0, out_axes=0, split_rngs={{"params": False}},
            variable_axes={{"params": None, "intermediates": 0}})(features)
v = m.init(key, x)
return m.apply(v, x, mutable=["intermediates"])[0]
"""


@pytest.mark.parametrize(
    ("more", "read"), [("pass", False), ("self.get_variable('intermediates', 'y')", True)]
)
def test_what_is_sown_is_read_only_by_who_reads_it(
    more: str, read: bool, observer: Observer
) -> None:
    found = evidence(observer, KEY + SOWS.format(more=more))
    assert ("intermediates" in {one.collection for one in found.reads}) is read


@pytest.mark.parametrize(
    "how",
    [
        "y, push = jax.linearize(f, jnp.zeros_like(x)); y + push({x})",
        "jax.jvp(f, (jnp.zeros_like(x),), ({x},))",
        "jax.jvp(f, ({x},), (jnp.zeros_like(x),))",
    ],
)
def test_what_jax_differentiates_depends_on_its_tangent_too(how: str, observer: Observer) -> None:
    head = KEY + "m = lift()(features); v = m.init(key, x); f = lambda x: m.apply(v, x)\n"
    one, other = (evidence(observer, f"{head}{how.format(x=x)}\nreturn x") for x in ("x", "2 * x"))
    assert one.inputs
    assert one.inputs != other.inputs or {entry.fingerprint for entry in one.inputs} == {""}
