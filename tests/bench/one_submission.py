"""Compare, in one run: the judge, a plain pytest + Hypothesis loop, and a bare call.

Run by hand: `python tests/bench/one_submission.py [ROUNDS]`. Prints medians and ratios; there is
no target yet.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "reference/nn_vmap_forward/samples/accepted/canonical.py"
SOLUTION = ROOT / "reference/nn_vmap_forward/solution.py"
CASES = 100

LOAD = """
import runpy
submission = runpy.run_path({file!r})["nn_vmap_forward"]
"""
LOOP = f"""{LOAD}
import jax.numpy as jnp, numpy as np
from hypothesis import given, settings, strategies as st, HealthCheck
solution = runpy.run_path({{solution!r}})["nn_vmap_forward"]
size = st.integers(1, 32)

@settings(max_examples={CASES}, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**31 - 1), size, size, size)
def test_it(seed, batch, in_dim, features):
    x = jnp.asarray(np.random.default_rng(seed).normal(size=(batch, in_dim)), jnp.float32)
    np.testing.assert_allclose(submission(seed, x, features), solution(seed, x, features), 1e-4)
"""
BARE = f"""{LOAD}
import jax.numpy as jnp
submission(0, jnp.ones((4, 3)), 5).block_until_ready()
"""


def seconds(command: list[str]) -> float:
    """Run a command that must succeed; return its wall time in seconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        loop, bare = Path(folder, "test_loop.py"), Path(folder, "bare.py")
        loop.write_text(LOOP.format(file=str(FILE), solution=str(SOLUTION)))
        bare.write_text(BARE.format(file=str(FILE)))
        name = ["--problem", "nn_vmap_forward"]
        commands = {
            f"judge, {CASES} cases": [sys.executable, "-m", "grader", "grade", str(FILE), *name],
            f"plain loop, {CASES} cases": [sys.executable, "-m", "pytest", "-q", str(loop)],
            "bare process, one call": [sys.executable, str(bare)],
        }
        times: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(rounds):  # interleaved: a busy moment hits all alike
            for what, command in commands.items():
                times[what].append(seconds(command))
    medians = {what: statistics.median(found) for what, found in times.items()}
    judge, loop_time, bare_time = medians.values()
    for what, median in medians.items():
        print(f"{what:28} {median:7.2f} s (median of {rounds})")
    print(f"plain loop / judge           {loop_time / judge:7.2f}")
    print(f"judge / bare process         {judge / bare_time:7.2f}")


if __name__ == "__main__":
    main()
