"""No two programs that compute different things have one name: a search for a pair that has.

Families hold functions that are alike but for one thing; layouts are products over all ways to
order, pair and sum dimensions; random programs are made of small steps, and each is changed in one
place. Takes some minutes: `./run tests -m quality tests/quality/test_names.py`.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import export, lax

from grader.worker import canonical

pytestmark = [pytest.mark.quality, pytest.mark.timeout(0)]
Function = Callable[..., Any]
X = np.arange(1, 13, dtype=np.float32).reshape(3, 4)
Y = np.arange(13, 25, dtype=np.float32).reshape(3, 4)
N = np.int32(3)
PROGRAMS = 1500
STEPS = 12


def name_of(function: Function, *arguments: Any) -> str:
    """Return the name of what a function computes from arguments like these."""
    shapes = [jax.ShapeDtypeStruct(np.shape(one), np.asarray(one).dtype) for one in arguments]
    made = export.export(jax.jit(function), platforms=("cpu",))(*shapes)
    return canonical.read(bytes(made.mlir_module_serialized), made.module_kept_var_idx).name


def vary(make: Callable[..., Function], *choices: Sequence[Any]) -> list[Function]:
    """Return a function for each combination of choices."""
    return [make(*chosen) for chosen in itertools.product(*choices)]


def loop(body: Callable[[Any, Any], Any], start: int = 0, stop: int = 3) -> Function:
    return lambda x, y, n: lax.fori_loop(start, stop, body, x)


def nested(one: int, other: int) -> Function:
    def outer(i: Any, carry: Any) -> Any:
        return lax.fori_loop(0, 2, lambda j, c: c * (one * i + other * j), carry)

    return lambda x, y, n: lax.fori_loop(0, 2, outer, x)


def table(position: int) -> Function:
    values = np.arange(5000, dtype=np.float32)
    values[position] += 1
    return lambda x, y, n: jnp.asarray(values) * x[0, 0]


FAMILIES: dict[str, list[Function]] = {
    "constants": vary(
        lambda c: lambda x, y, n: x + jnp.float32(c),
        [1, -1, 2, 1 + 2**-23, 1e-45, np.inf, -np.inf, 1e30, 0.1],
    ),
    "zeros": [
        lambda x, y, n: x.at[0, 0].set(0.0),
        lambda x, y, n: x.at[0, 0].set(-0.0),
    ],
    "large constants": vary(table, [0, 1, 2500, 4998, 4999]),
    "integers": vary(lambda c: lambda x, y, n: n + c, [0, 1, -1, 2**31 - 1, -(2**31)]),
    "shifts": vary(
        lambda op, c: lambda x, y, n: op(n, jnp.int32(c)),
        [lax.shift_left, lax.shift_right_logical, lax.shift_right_arithmetic],
        [1, 2],
    ),
    "one argument": vary(
        lambda op: lambda x, y, n: op(x),
        [
            *(jnp.sin, jnp.cos, jnp.tan, jnp.exp, jnp.expm1, jnp.log, jnp.log1p, jnp.sqrt),
            *(lax.rsqrt, jnp.cbrt, jnp.tanh, jnp.floor, jnp.ceil, jnp.round, jnp.abs, jnp.sign),
            *(jnp.negative, jax.nn.sigmoid, jax.nn.relu, jnp.square, jnp.reciprocal),
            *(lax.erf, lax.erfc, lax.lgamma, lax.digamma, jnp.sinh, jnp.cosh, jnp.arcsinh),
        ],
    ),
    "two arguments": vary(
        lambda op, turned: (lambda x, y, n: op(y, x)) if turned else (lambda x, y, n: op(x, y)),
        [jnp.subtract, jnp.divide, jnp.power, jnp.arctan2, jnp.remainder],
        [False, True],
    ),
    "two that commute": vary(
        lambda op: lambda x, y, n: op(x, y), [jnp.add, jnp.multiply, jnp.maximum, jnp.minimum]
    ),
    "comparisons": vary(
        lambda op, turned: (lambda x, y, n: op(y, x)) if turned else (lambda x, y, n: op(x, y)),
        [jnp.less, jnp.less_equal],
        [False, True],
    )
    + vary(lambda op: lambda x, y, n: op(x, y), [jnp.equal, jnp.not_equal]),
    "types of comparison": [
        lambda x, y, n: lax.bitcast_convert_type(x, jnp.int32) < 5,
        lambda x, y, n: lax.bitcast_convert_type(x, jnp.uint32) < 5,
        lambda x, y, n: x < 5,
    ],
    "selections": [
        lambda x, y, n: jnp.where(x > 3, x, y),
        lambda x, y, n: jnp.where(x > 3, y, x),
        lambda x, y, n: jnp.where(y > 3, x, y),
        lambda x, y, n: jnp.where(x > 4, x, y),
    ],
    "clamps": [
        lambda x, y, n: jnp.clip(x, 1, 2),
        lambda x, y, n: jnp.clip(x, 1, 3),
        lambda x, y, n: jnp.clip(x, 0, 2),
        lambda x, y, n: jnp.clip(x, None, 2),
        lambda x, y, n: lax.clamp(x, y, x + 1),
        lambda x, y, n: lax.clamp(y, x, x + 1),
    ],
    "reductions": vary(
        lambda op, axis: lambda x, y, n: op(x, axis=axis),
        [jnp.sum, jnp.prod, jnp.max, jnp.min, jnp.argmax, jnp.argmin, jnp.mean, jnp.any],
        [0, 1],
    ),
    "square reductions": vary(
        lambda op, axis: lambda x, y, n: op(x[:, :3], axis=axis), [jnp.sum, jnp.max], [0, 1]
    ),
    "running reductions": vary(
        lambda op, axis, back: lambda x, y, n: op(x, axis=axis, reverse=back),
        [lax.cumsum, lax.cumprod, lax.cummax],
        [0, 1],
        [False, True],
    ),
    "windows": vary(
        lambda size, stride, padding: lambda x, y, n: lax.reduce_window(
            x, 0.0, lax.add, size, stride, padding
        ),
        [(2, 2), (2, 1), (1, 2)],
        [(1, 1), (1, 2)],
        ["SAME", "VALID"],
    )[:11],
    "slices": vary(
        lambda start, stop, step: lambda x, y, n: x[:, start:stop:step],
        [0, 1],
        [3, 4],
        [1, 2],
    ),
    "moving slices": [
        lambda x, y, n: lax.dynamic_slice(x, (n, 0), (2, 2)),
        lambda x, y, n: lax.dynamic_slice(x, (0, n), (2, 2)),
        lambda x, y, n: lax.dynamic_slice(x, (n, n), (2, 2)),
        lambda x, y, n: lax.dynamic_update_slice(x, y[:2, :2], (n, 0)),
        lambda x, y, n: lax.dynamic_update_slice(x, y[:2, :2], (0, n)),
    ],
    "paddings": vary(
        lambda low, high, inner, value: lambda x, y, n: lax.pad(
            x, jnp.float32(value), ((low, high, inner), (0, 0, 0))
        ),
        [0, 1],
        [0, 1],
        [0, 1],
        [1, 2],
    )[2:],
    "concatenations": [
        lambda x, y, n: jnp.concatenate([x, y]),
        lambda x, y, n: jnp.concatenate([y, x]),
        lambda x, y, n: jnp.concatenate([x, x]),
        lambda x, y, n: jnp.stack([x, y]).reshape(6, 4),
        lambda x, y, n: jnp.stack([x, y], 1).reshape(6, 4),
    ],
    "reversals": vary(lambda axes: lambda x, y, n: lax.rev(x, axes), [(0,), (1,), (0, 1)]),
    "transpositions": vary(
        lambda order: lambda x, y, n: jnp.stack([x[:, :3]] * 3).at[0].mul(y[0, 0]).transpose(order),
        list(itertools.permutations(range(3))),
    ),
    "chains of transpositions": vary(
        lambda one, other: lambda x, y, n: (
            jnp.stack([x[:, :3], y[:, :3], x[:, 1:]]).transpose(one)[::-1].transpose(other)
        ),
        list(itertools.permutations(range(3))),
        list(itertools.permutations(range(3))),
    ),
    "shapes": [
        lambda x, y, n: x.reshape(4, 3),
        lambda x, y, n: x.T,
        lambda x, y, n: x.reshape(4, 3)[::-1],
        lambda x, y, n: x.reshape(2, 6).T.reshape(4, 3),
    ],
    "spread": [
        lambda x, y, n: lax.broadcast_in_dim(x[0, :3], (3, 3), (0,)),
        lambda x, y, n: lax.broadcast_in_dim(x[0, :3], (3, 3), (1,)),
        lambda x, y, n: lax.broadcast_in_dim(x[1, :3], (3, 3), (1,)),
    ],
    "counting": vary(lambda axis: lambda x, y, n: lax.broadcasted_iota(x.dtype, (3, 3), axis) * n,
                     [0, 1]),
    "taking": vary(
        lambda index, axis: lambda x, y, n: jnp.take(x, jnp.array(index), axis=axis),
        [(0, 1), (1, 0), (1, 1)],
        [0, 1],
    ),
    "taking outside": vary(
        lambda mode: lambda x, y, n: jnp.take(x, n, axis=0, mode=mode), ["clip", "wrap", "fill"]
    ),
    "putting": vary(
        lambda how: lambda x, y, n: getattr(x.at[n % 3], how)(y[0]),
        ["set", "add", "multiply", "min", "max"],
    ),
    "sorting": [
        lambda x, y, n: jnp.sort(x),
        lambda x, y, n: jnp.sort(x, axis=0),
        lambda x, y, n: jnp.sort(x, descending=True),
        lambda x, y, n: jnp.argsort(x).astype(jnp.float32),
        lambda x, y, n: lax.sort((x, y), num_keys=1)[1],
        lambda x, y, n: lax.sort((y, x), num_keys=1)[1],
        lambda x, y, n: lax.sort((x, y), num_keys=2)[1],
        lambda x, y, n: lax.top_k(x, 2)[0],
        lambda x, y, n: lax.top_k(x, 2)[1],
    ],
    "types": vary(
        lambda kind: lambda x, y, n: x.astype(kind),
        [jnp.int32, jnp.uint32, jnp.int8, jnp.float16, jnp.bfloat16, jnp.bool_],
    ),
    "ways through types": vary(
        lambda kind: lambda x, y, n: x.astype(kind).astype(jnp.float32),
        [jnp.int32, jnp.int8, jnp.float16, jnp.bfloat16, jnp.bool_],
    ),
    "bits": [
        lambda x, y, n: lax.bitcast_convert_type(x, jnp.int32),
        lambda x, y, n: x.astype(jnp.int32),
        lambda x, y, n: lax.population_count(lax.bitcast_convert_type(x, jnp.int32)),
        lambda x, y, n: lax.clz(lax.bitcast_convert_type(x, jnp.int32)),
    ],
    "precision": vary(
        lambda bits: lambda x, y, n: lax.reduce_precision(x, *bits), [(5, 10), (8, 7), (8, 10)]
    ),
    "loops": [
        *vary(
            lambda start, stop: loop(lambda i, c: c + i, start, stop), [0, 1], [2, 3]
        ),
        loop(lambda i, c: c * i),
        loop(lambda i, c: i - c),
        loop(lambda i, c: c - i),
        loop(lambda i, c: c + 2 * i),
    ],
    "loops in loops": vary(nested, [1, 2], [3, 4]),
    "what loops carry": [
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[1], c[0]), (x, y))[0],
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[0], c[1]), (x, y * 1))[0] * 1,
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[1], c[0] + 1), (x, y))[0],
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[1], c[0] + 1), (x, y))[1],
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[1] + 1, c[0]), (x, y))[0],
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: (c[1] + 1, c[0]), (y, x))[0],
    ],
    "what loops see": [
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: c + x, y),
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: c + y, x),
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: c + x, x),
        lambda x, y, n: lax.fori_loop(0, 3, lambda i, c: c * x, y),
        lambda x, y, n: lax.fori_loop(0, n, lambda i, c: c + x, y),
    ],
    "scans": vary(
        lambda back, part: lambda x, y, n: lax.scan(
            lambda c, row: (c + row, c * row), y[0], x, reverse=back
        )[part],
        [False, True],
        [0, 1],
    ),
    "whiles": vary(
        lambda most, step: lambda x, y, n: lax.while_loop(
            lambda c: c.sum() < most, lambda c: c + step, x
        ),
        [100.0, 200.0],
        [1.0, 2.0],
    ),
    "branches": [
        lambda x, y, n: lax.cond(n > 3, lambda: x, lambda: y),
        lambda x, y, n: lax.cond(n > 3, lambda: y, lambda: x),
        lambda x, y, n: lax.cond(n > 4, lambda: x, lambda: y),
        lambda x, y, n: lax.cond(n < 3, lambda: x, lambda: y),
        lambda x, y, n: lax.switch(n, [lambda: x, lambda: y, lambda: x * y]),
        lambda x, y, n: lax.switch(n, [lambda: y, lambda: x, lambda: x * y]),
        lambda x, y, n: lax.switch(n, [lambda: x, lambda: x * y, lambda: y]),
    ],
    "reductions of one's own": vary(
        lambda body, start: lambda x, y, n: lax.reduce(x, jnp.float32(start), body, (0,)),
        [lambda a, b: a - b, lambda a, b: b - a, lambda a, b: a * 2 + b],
        [0, 1],
    ),
    "random numbers": [
        lambda x, y, n: jax.random.normal(jax.random.PRNGKey(n), (3,)),
        lambda x, y, n: jax.random.uniform(jax.random.PRNGKey(n), (3,)),
        lambda x, y, n: jax.random.normal(jax.random.PRNGKey(n + 1), (3,)),
        lambda x, y, n: jax.random.normal(jax.random.split(jax.random.PRNGKey(n))[0], (3,)),
        lambda x, y, n: jax.random.normal(jax.random.split(jax.random.PRNGKey(n))[1], (3,)),
        lambda x, y, n: jax.random.normal(jax.random.split(jax.random.PRNGKey(n), 3)[1], (3,)),
        lambda x, y, n: jax.random.normal(jax.random.fold_in(jax.random.PRNGKey(n), 1), (3,)),
        lambda x, y, n: jax.random.normal(jax.random.fold_in(jax.random.PRNGKey(n), 2), (3,)),
        lambda x, y, n: jax.random.normal(jax.random.fold_in(jax.random.PRNGKey(1), n), (3,)),
        lambda x, y, n: jax.random.normal(jax.random.PRNGKey(n), (4,))[:3],
        lambda x, y, n: jax.random.truncated_normal(jax.random.PRNGKey(n), -2, 2, (3,)),
        lambda x, y, n: jax.random.truncated_normal(jax.random.PRNGKey(n), -2, 3, (3,)),
        lambda x, y, n: jax.random.permutation(jax.random.PRNGKey(n), x[0]),
    ],
    "convolutions": vary(
        lambda stride, padding, dilation: lambda x, y, n: lax.conv_general_dilated(
            x[None, None], y[None, None, :2, :2], stride, padding, rhs_dilation=dilation
        ),
        [(1, 1), (1, 2)],
        [((0, 0), (0, 0)), ((1, 1), (0, 0)), ((2, 0), (0, 0))],
        [(1, 1), (1, 2)],
    ),
    "transforms": [
        *vary(lambda kind: lambda x, y, n: kind(x).real, [jnp.fft.fft, jnp.fft.ifft]),
        *vary(lambda kind: lambda x, y, n: kind(x).imag, [jnp.fft.fft, jnp.fft.ifft]),
    ],
    "complex numbers": [
        lambda x, y, n: lax.complex(x, y),
        lambda x, y, n: lax.complex(y, x),
        lambda x, y, n: jnp.conj(lax.complex(x, y)),
        lambda x, y, n: lax.complex(x, y).real * y,
        lambda x, y, n: lax.complex(x, y).imag * y,
    ],
    "results": [
        lambda x, y, n: (x, y),
        lambda x, y, n: (y, x),
        lambda x, y, n: (x, x),
        lambda x, y, n: x,
        lambda x, y, n: y,
    ],
    "products": [
        lambda x, y, n: x @ y.T,
        lambda x, y, n: y @ x.T,
        lambda x, y, n: x.T @ y,
        lambda x, y, n: y.T @ x,
        lambda x, y, n: x @ x.T,
        lambda x, y, n: (x @ y.T).T + 0 * n,
        lambda x, y, n: (x * n) @ y.T,
        lambda x, y, n: jnp.dot(x, y.T, preferred_element_type=jnp.float16),
    ],
    "gradients": [
        jax.grad(lambda x, y, n: (x * y).sum()),
        jax.grad(lambda x, y, n: (x * x * y).sum()),
        jax.grad(lambda x, y, n: (x * lax.stop_gradient(x) * y).sum()),
        jax.grad(lambda x, y, n: (x * y).sum() ** 2),
    ],
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_functions_that_are_alike_but_for_one_thing_have_names_of_their_own(family: str) -> None:
    names = [name_of(function, X, Y, N) for function in FAMILIES[family]]
    alike = [
        (a, b) for a, b in itertools.combinations(range(len(names)), 2) if names[a] == names[b]
    ]
    assert not alike


def layouts() -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[Any, Any]]]:
    """Yield transpositions of both factors, and pairs of dimensions to sum and to go side by side.

    All sizes are equal, so that every layout fits every other one's types.
    """
    ranks = [(2, 2), (2, 3), (3, 2), (3, 3)]
    for one, other in ranks:
        pairs = list(itertools.product(range(one), range(other)))
        for count in (1, 2, 3):
            for chosen in itertools.permutations(pairs, count):
                if len({a for a, _ in chosen}) < count or len({b for _, b in chosen}) < count:
                    continue
                for batched in range(min(count, 3)):
                    yield from _with_orders(one, other, chosen, batched)


def _with_orders(
    one: int, other: int, chosen: Sequence[tuple[int, int]], batched: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[Any, Any]]]:
    sides = [[pair[side] for pair in chosen] for side in (0, 1)]
    dimensions = (
        tuple(tuple(side[batched:]) for side in sides),
        tuple(tuple(side[:batched]) for side in sides),
    )
    orders = list(itertools.product(
        itertools.permutations(range(one)), itertools.permutations(range(other))
    ))  # fmt: skip
    stream = random.Random(f"{one} {other} {chosen} {batched}")
    for left, right in stream.sample(orders, min(6, len(orders))):
        yield left, right, dimensions


def test_products_of_one_name_are_the_same_products() -> None:
    stream = np.random.default_rng(1)
    factors = {
        rank: [stream.integers(-9, 9, (2,) * rank).astype(np.float32) for _ in range(2)]
        for rank in (2, 3)
    }
    of_name: dict[str, np.ndarray[Any, Any]] = {}
    found = list(layouts())
    for left, right, dimensions in found:
        one, other = factors[len(left)][0], factors[len(right)][1]

        def function(x: Any, y: Any, how: Any = (left, right, dimensions)) -> Any:
            return lax.dot_general(x.transpose(how[0]), y.transpose(how[1]), how[2])

        name = name_of(function, one, other)
        answer = _dot(one.transpose(left), other.transpose(right), dimensions)
        before = of_name.setdefault(name, answer)
        assert np.array_equal(before, answer), (left, right, dimensions)
    assert len(found) > 1410
    assert len(of_name) < len(found) / 2  # or nothing was compared


def _dot(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], how: Any) -> np.ndarray[Any, Any]:
    """Return a product by numpy alone."""
    (sum_one, sum_two), (batch_one, batch_two) = how
    letters = iter("abcdefghijkl")
    first = [next(letters) for _ in range(one.ndim)]
    second = [next(letters) for _ in range(other.ndim)]
    for a, b in zip((*sum_one, *batch_one), (*sum_two, *batch_two), strict=True):
        second[b] = first[a]
    out = [first[a] for a in batch_one]
    out += [letter for n, letter in enumerate(first) if n not in (*sum_one, *batch_one)]
    out += [letter for n, letter in enumerate(second) if n not in (*sum_two, *batch_two)]
    text = f"{''.join(first)},{''.join(second)}->{''.join(out)}"
    return np.asarray(np.einsum(text, one, other))


UNARY: list[Function] = [
    *(lambda a: a.T, lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: -a, lambda a: a + 1),
    *(lambda a: a * 2, lambda a: jnp.roll(a, 1, 0), lambda a: jnp.roll(a, 1, 1), lambda a: a - 1),
    lambda a: jnp.broadcast_to(a.sum(0), a.shape),
    lambda a: jnp.broadcast_to(a.sum(1), a.shape),
    lambda a: jnp.broadcast_to(a.sum(1)[:, None], a.shape),
    lambda a: jnp.broadcast_to(a.max(0), a.shape),
    lambda a: a.reshape(-1)[::-1].reshape(a.shape),
    jax.jit(lambda b: b.T + 1),
    lambda a: lax.fori_loop(0, 2, lambda i, b: b + i, a),
    lambda a: lax.fori_loop(0, 2, lambda i, b: b.T, a),
]
BINARY: list[Function] = [
    *(lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a @ b),
    *(lambda a, b: a @ b.T, lambda a, b: a.T @ b, jnp.maximum, jnp.minimum),
    lambda a, b: jnp.where(a > b, a, b),
    lambda a, b: jnp.where(a > b, b, a),
    lambda a, b: jnp.concatenate([a, b])[1:4],
    lambda a, b: lax.fori_loop(0, 2, lambda i, c: c + b, a),
    lambda a, b: jnp.einsum("ij,ij->i", a, b)[:, None] + a,
]
Step = tuple[int, int, int]  # an operation, and the two values that it takes


def evaluate(steps: Sequence[Step], x: Any, y: Any, modulus: float = 0.0) -> Any:
    """Run steps, each on values before it; with a modulus, in numbers that stay small."""
    values = [x, y]
    for operation, one, other in steps:
        a, b = values[one], values[other]
        unary = operation < len(UNARY)
        made = UNARY[operation](a) if unary else BINARY[operation - len(UNARY)](a, b)
        values.append(jnp.remainder(made, modulus) if modulus else made)
    return values[-1]


def random_steps(stream: random.Random) -> list[Step]:
    count = len(UNARY) + len(BINARY)
    return [
        (stream.randrange(count), stream.randrange(number + 2), stream.randrange(number + 2))
        for number in range(stream.randint(2, STEPS))
    ]


def changed(steps: Sequence[Step], stream: random.Random) -> list[Step]:
    """Return steps that are another in one place."""
    found = list(steps)
    place = stream.randrange(len(found))
    operation, one, other = found[place]
    part = stream.randrange(3)
    if part == 0:
        operation = stream.randrange(len(UNARY) + len(BINARY))
    elif part == 1:
        one = stream.randrange(place + 2)
    else:
        other = stream.randrange(place + 2)
    found[place] = operation, one, other
    return found


def test_random_programs_of_one_name_give_the_same_answers() -> None:
    stream = random.Random(7)
    x, y = (np.random.default_rng(n).integers(0, 7, (3, 3)).astype(np.float32) for n in (1, 2))
    of_name: dict[str, np.ndarray[Any, Any]] = {}
    compared = 0
    steps = random_steps(stream)
    for number in range(PROGRAMS):
        steps = random_steps(stream) if number % 4 == 0 else changed(steps, stream)
        small = functools.partial(evaluate, steps, modulus=7.0)
        name, answer = name_of(small, x, y), np.asarray(small(x, y))
        before = of_name.setdefault(name, answer)
        compared += before is not answer
        assert np.array_equal(before, answer), steps
    assert compared > PROGRAMS / 20  # or nothing was compared
