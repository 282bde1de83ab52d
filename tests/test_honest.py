"""Honest work runs at every level and returns the bits that it returns without any wall."""

from __future__ import annotations

import pytest
from test_box import CASE
from test_walls import standing

from grader.catalog import Problem
from grader.isolation import Level
from grader.observation import Loaded, Observation, Outcome, Returned
from grader.observer import Observer
from grader.processes import Starter

BODIES = {
    "dense": "return nn.Dense(features).init_with_output(key, x)[0]",
    "conv": "return nn.Conv(features, (3,)).init_with_output(key, x[..., None])[0]",
    "scan": "return jax.lax.scan(lambda total, row: (total + row, total), x[0], x)[1]",
    "grad": "return jax.grad(lambda w: jnp.tanh(x @ w).sum())(jnp.ones((x.shape[1], features)))",
    "svd": "return jnp.linalg.svd(x @ x.T)[1]",
    "optax": """
    import optax
    optimizer = optax.adam(0.1)
    weights = jnp.ones((x.shape[1],))
    gradient = jax.grad(lambda w: (x @ w).sum())(weights)
    updates, _ = optimizer.update(gradient, optimizer.init(weights))
    return optax.apply_updates(weights, updates)
    """,
    "nnx": """
    from flax import nnx
    return nnx.Linear(x.shape[1], features, rngs=nnx.Rngs(seed))(x)
    """,
    "scipy": "from scipy import linalg\n    return jnp.asarray(linalg.expm(np.asarray(x @ x.T)))",
    "threads": """
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as pool:
        return jnp.stack(list(pool.map(jnp.sum, x)))
    """,
    "metadata": """
    import importlib.metadata
    importlib.invalidate_caches()
    assert importlib.metadata.version("optax")
    from scipy import signal
    import sqlite3.dbapi2, xml.dom.minidom
    return x
    """,
    "timeout": """
    import signal
    signal.alarm(60)
    print(seed, file=open("/dev/null", "w"))
    return x
    """,
}


def source(body: str) -> str:
    return f"""
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np

def nn_vmap_forward(seed, x, features):
    key = jax.random.PRNGKey(seed)
    {body}
"""


def observe(problem: Problem, level: Level | None, starter: Starter) -> dict[str, Outcome]:
    """Return what each comes to in one box of that level."""
    with Observer(problem.spec, level, starter=starter) as observer:
        found: dict[str, Outcome] = {}
        for name, body in BODIES.items():
            assert observer.load(source(body), f"{name}.py", f"honest_{name}") == Loaded()
            called: Observation = observer.call(CASE, module=f"honest_{name}")
            found[name] = called.outcome
        return found


@pytest.fixture(scope="module")
def without_walls(problem: Problem, starter: Starter) -> dict[str, Outcome]:
    """What each comes to in a process without any wall."""
    return observe(problem, None, starter)


@pytest.mark.slow
@pytest.mark.parametrize("level", list(Level))
def test_honest_work_returns_the_same_bits_behind_every_wall(
    problem: Problem, level: Level, starter: Starter, without_walls: dict[str, Outcome]
) -> None:
    found = observe(problem, standing(level), starter)
    for name, outcome in found.items():
        wanted = without_walls[name]
        assert isinstance(outcome, Returned), (name, outcome)
        assert isinstance(wanted, Returned), (name, wanted)
        assert outcome.array.tobytes() == wanted.array.tobytes(), name
