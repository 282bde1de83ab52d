"""Compare, in one run: the judge, plain pytest + Hypothesis loops, and a bare call.

Run by hand: `python tests/bench/one_submission.py [ROUNDS]`. Prints medians and ratios; there is
no target yet. The loops compare with the reference's values and check nothing else: one over the
judge's own cases, given as explicit examples, one over cases that Hypothesis draws freely.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from grader.cases import CaseSource
from grader.catalog import Course

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "reference/nn_vmap_forward/samples/accepted/canonical.py"
SOLUTION = ROOT / "reference/nn_vmap_forward/solution.py"
CASES, SEED = 100, 1

LOAD = """
import runpy
submission = runpy.run_path({file!r})["nn_vmap_forward"]
"""
LOOP = f"""{LOAD}
import jax.numpy as jnp, numpy as np
from hypothesis import Phase, example, given, settings, strategies as st, HealthCheck
solution = runpy.run_path({{solution!r}})["nn_vmap_forward"]

def compare(seed, x, features):
    expected = np.asarray(solution(seed, x, features))
    allowed = 1e-5 * max(1e-30, float(np.abs(expected).max()))
    np.testing.assert_allclose(submission(seed, x, features), expected, 1e-4, allowed)
"""
SAME = f"""{LOOP}
stored = np.load({{cases!r}})

def given_examples(test):
    for n in range({CASES}):
        test = example(n)(test)
    return test

@settings(deadline=None, database=None, phases=[Phase.explicit])
@given_examples
@given(st.integers())
def test_it(n):
    compare(int(stored[f"seed{{{{n}}}}"]), jnp.asarray(stored[f"x{{{{n}}}}"]),
            int(stored[f"features{{{{n}}}}"]))
"""
FREE = f"""{LOOP}
size = st.integers(1, 32)

@settings(max_examples={CASES}, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**31 - 1), size, size, size)
def test_it(seed, batch, in_dim, features):
    x = jnp.asarray(np.random.default_rng(seed).normal(size=(batch, in_dim)), jnp.float32)
    compare(seed, x, features)
"""
BARE = f"""{LOAD}
import jax.numpy as jnp
submission(0, jnp.ones((4, 3)), 5).block_until_ready()
"""


def store_cases(path: Path) -> None:
    """Write the cases that the judge draws from `SEED`."""
    problem = Course(ROOT).problem("nn_vmap_forward")
    source = CaseSource(problem.cases, problem.spec)
    arrays: dict[str, np.ndarray] = {}
    for n, case in enumerate(source.draw(CASES, problem.spec.cases.distinct_shapes, SEED)):
        for name, key in (("seed", "seed"), ("x_batch", "x"), ("features", "features")):
            arrays[f"{key}{n}"] = np.asarray(case.arguments[name])
    np.savez(path, **arrays)  # type: ignore[arg-type]


def seconds(command: list[str]) -> float:
    """Run a command that must succeed; return its wall time in seconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder, "cases.npz")
        store_cases(cases)
        files = {"file": str(FILE), "solution": str(SOLUTION), "cases": str(cases)}
        scripts = {"test_same.py": SAME, "test_free.py": FREE, "bare.py": BARE}
        for name, text in scripts.items():
            Path(folder, name).write_text(text.format(**files), encoding="utf-8")
        same, free, bare = (str(Path(folder, name)) for name in scripts)
        chosen = ["--problem", "nn_vmap_forward", "--seed", str(SEED), "--cases", str(CASES)]
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        commands = {
            f"judge, {CASES} cases": [sys.executable, "-m", "grader", "grade", str(FILE), *chosen],
            "plain loop, the same cases": [*pytest, same],
            "plain loop, drawn freely": [*pytest, free],
            "bare process, one call": [sys.executable, bare],
        }
        times: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(rounds):  # interleaved: a busy moment hits all alike
            for what, command in commands.items():
                times[what].append(seconds(command))
    medians = {what: statistics.median(found) for what, found in times.items()}
    judge, same_time, free_time, bare_time = medians.values()
    for what, median in medians.items():
        print(f"{what:28} {median:7.2f} s (median of {rounds})")
    print(f"loop, same cases / judge     {same_time / judge:7.2f}")
    print(f"loop, drawn freely / judge   {free_time / judge:7.2f}")
    print(f"judge / bare process         {judge / bare_time:7.2f}")


if __name__ == "__main__":
    main()
