"""Measure the tolerance of nn_vmap_forward: what it lets pass, and what it catches.

Run by hand: `python tests/quality/tolerance_study.py`; takes some minutes. NOTES.md in
reference/nn_vmap_forward keeps what it printed.
"""

from __future__ import annotations

import runpy
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Floats = np.ndarray[Any, np.dtype[Any]]
Tables = list[defaultdict[str, list[Any]]]  # a row per case: (entries, beyond the bound, worst)
Answer = Callable[[Floats, Floats], Any]  # (x, kernel), float32, to (B, features); bias is zero

SOLUTION = Path(__file__).resolve().parents[2] / "reference" / "nn_vmap_forward" / "solution.py"
CORNERS = [(1, 1, 1), (1, 1, 32), (1, 32, 1), (32, 1, 32), (2, 2, 2), (5, 32, 5), (32, 32, 32)]
DRAWN_SHAPES, DRAWS = 29, 12
RNG = np.random.default_rng(20240229)


def draw_inputs(shape: tuple[int, int], kernel: Floats) -> dict[str, Floats]:
    """Return one batch of each kind; float32, shape (B, in_dim)."""
    normal = RNG.normal(size=shape)
    column = kernel[:, :1].astype(float) / np.linalg.norm(kernel[:, :1].astype(float))
    kinds = {f"normal * {scale:g}": normal * scale for scale in (1, 1e3, 1e-10, 1e-30, 1e-39)}
    kinds |= {
        "up to 1e4": RNG.uniform(-1e4, 1e4, shape),
        "1e-30 to 1e4": RNG.choice([-1, 1], shape) * 10.0 ** RNG.uniform(-30, 4, shape),
        "half zeros": normal * RNG.integers(0, 2, shape),
        "all zeros": np.zeros(shape),
        "cancelling": 1e3 * (normal - normal @ column @ column.T),  # feature 0 is next to zero
    }
    return {kind: batch.astype(np.float32) for kind, batch in kinds.items()}


def add_in_order(x: Floats, kernel: Floats) -> Floats:
    return np.cumsum(x[:, :, None] * kernel, axis=1)[:, -1]


def add_in_pairs(x: Floats, kernel: Floats) -> Floats:
    if x.shape[1] == 1:
        return x * kernel
    half = x.shape[1] // 2
    return add_in_pairs(x[:, :half], kernel[:half]) + add_in_pairs(x[:, half:], kernel[half:])


HONEST: dict[str, Answer] = {
    "reversed order, NumPy": lambda x, kernel: add_in_order(x[:, ::-1], kernel[::-1]),
    "pairwise, NumPy": add_in_pairs,
    "float64, then rounded": lambda x, kernel: (x.astype(float) @ kernel).astype(np.float32),
    "jnp.dot, highest precision": lambda x, kernel: jnp.dot(x, kernel, precision="highest"),
    "jnp.einsum": lambda x, kernel: jnp.einsum("bi,if->bf", x, kernel),
}
DISHONEST: dict[str, Answer] = {
    "bfloat16": lambda x, kernel: jnp.dot(*map(jnp.bfloat16, (x, kernel))).astype(jnp.float32),
    "+ 1e-4": lambda x, kernel: x @ kernel + np.float32(1e-4),
    "* (1 + 3e-4)": lambda x, kernel: x @ kernel * np.float32(1 + 3e-4),
}


def study_shape(solution: SimpleNamespace, sizes: tuple[int, ...], tables: Tables) -> None:
    """Draw a seed and a batch of each kind, and add what every route made of them."""
    (batch_size, in_dim, features), seed = sizes, int(RNG.integers(2**31))
    _, variables = solution._initialise(seed, np.ones((1, in_dim), np.float32), features)
    kernel = np.asarray(variables["params"]["kernel"])
    jitted = jax.jit(solution.nn_vmap_forward, static_argnums=2)
    for kind, x in draw_inputs((batch_size, in_dim), kernel).items():
        expected = np.asarray(solution.nn_vmap_forward(seed, x, features), float)
        bound = solution.error_bound(seed, x, features)
        honest = {name: answer(x, kernel) for name, answer in HONEST.items()}
        honest["jax.jit of the reference"] = jitted(seed, x, features)
        wrong = {name: answer(x, kernel) for name, answer in DISHONEST.items()}
        for name, answer in (honest | (wrong if kind == "normal * 1" else {})).items():
            fraction = np.abs(np.asarray(answer, float).reshape(-1) - expected) / bound
            row = (fraction.size, (~(fraction <= 1)).sum(), fraction.max())
            tables[2 if name in wrong else 0][name].append(row)
            if name in honest:
                tables[1][kind].append(row)


def main() -> None:
    drawn = [tuple(int(size) for size in RNG.integers(1, 33, 3)) for _ in range(DRAWN_SHAPES)]
    titles = ("honest, by route", "honest, by inputs", "dishonest, on normal * 1")
    solution = SimpleNamespace(**runpy.run_path(str(SOLUTION)))
    tables: Tables = [defaultdict(list) for _ in titles]
    for sizes in (CORNERS + drawn) * DRAWS:
        study_shape(solution, sizes, tables)
    for title, table in zip(titles, tables, strict=True):
        print(f"\n| {title} | cases | beyond | entries | beyond | worst / bound |")
        print("|---|--:|--:|--:|--:|--:|")
        for name, rows in table.items():
            entries, beyond, worst = np.array(rows).T
            counts = (len(rows), (beyond > 0).sum(), entries.sum(), beyond.sum())
            print(f"| {name} |", *(f"{int(count):,} |" for count in counts), f"{worst.max():.2g} |")


if __name__ == "__main__":
    main()
