"""What a grade costs, against a plain pytest + Hypothesis loop and against a bare call.

    .venv/bin/python tests/bench/speed.py [ROUNDS]

All are measured in one run, in interleaved rounds, so that a busy moment hits all alike; medians
and ratios are printed, each with what it should at least be. The loop compares with the
reference's values on cases that Hypothesis draws freely, and checks nothing else.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import breakdown

from grader.catalog import Course, Problem
from grader.judge import Judge
from grader.levels import choose_level
from grader.observation import Lowered
from grader.observer import Observer
from grader.processes import Starter
from grader.proof import open_arguments
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "reference/nn_vmap_forward/samples"
RIGHT = SAMPLES / "accepted/canonical.py"
WRONG = SAMPLES / "wrong_answer/ensemble.py"
SOLUTION = ROOT / "reference/nn_vmap_forward/solution.py"
CASES, SEED, ROUNDS = 100, 1, 5

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


IMPORTS = "import typer, rich, pydantic"
PEAK_MIB = 450
KEEP_ALL = {
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `what` against `other`; `at_most` bounds what / other."""

    what: str
    other: str
    at_most: float

    def line(self, medians: Mapping[str, float]) -> str:
        ratio = medians[self.what] / medians[self.other]
        if self.at_most < 1:
            said, wanted = f"{1 / ratio:6.2f} times faster", f"at least {1 / self.at_most:.0f}"
        else:
            said, wanted = f"{ratio:6.2f} times its time", f"at most {self.at_most:g}"
        kept = "" if ratio <= self.at_most else "   <-- MISSED"
        return f"{self.what:34} against {self.other:28} {said}, {wanted}{kept}"


ROWS = [
    Row("one-shot, cold cache", "plain loop", 1 / 3),
    Row("one-shot, warm cache", "plain loop", 1 / 7),
    Row("one-shot, warm cache", "bare process, one call", 2),
    Row("server, accepted, no programs", "plain loop", 1 / 10),
    Row("server, wrong, no programs", "server, accepted, no programs", 3),
    Row("server, proved", "plain loop", 1 / 25),
    Row("server, proved", "one fork, one trace", 4),
    Row("grader --help", "import of its libraries", 1.5),
]


def seconds(command: list[str], **environment: str) -> float:
    """Run a command that must succeed; return its wall time in seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        command, check=False, capture_output=True, cwd=ROOT, env={**os.environ, **environment}
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command}: {done.stderr.decode()}")
    return time.perf_counter() - started


class Server:
    """A judge that goes on, as `grader watch` has it: a warm server, a fresh file each time."""

    def __init__(self, stack: contextlib.ExitStack, *, programs: bool) -> None:
        self.problem = Course(ROOT).problem("nn_vmap_forward")
        self.judge = stack.enter_context(
            Judge(self.problem, seed=SEED, cases=CASES, programs=programs)
        )
        self.seconds(RIGHT)

    def seconds(self, path: Path) -> float:
        """Grade a file."""
        started = time.perf_counter()
        self.judge.grade(read_submission(path))
        return time.perf_counter() - started


def fork_and_trace(starter: Starter, problem: Problem) -> float:
    """Fork one box, load the file in it, trace it once; return seconds of wall time."""
    started = time.perf_counter()
    with Observer(problem.spec, choose_level(), starter=starter) as box:
        box.load(read_submission(RIGHT).source, RIGHT.name)
        found = box.lower(open_arguments(problem.spec, {}), {"B": 4, "in_dim": 3, "features": 5})
    if not isinstance(found, Lowered):
        raise SystemExit(f"tracing: {found}")
    return time.perf_counter() - started


def grade_command(path: Path) -> list[str]:
    chosen = ["--problem", "nn_vmap_forward", "--cases", str(CASES)]
    return [sys.executable, "-m", "grader", "grade", str(path), *chosen]


def main() -> None:
    """Measure, and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        warm = str(folder / "warm")
        os.environ["XDG_CACHE_HOME"] = warm
        files = {"file": str(RIGHT), "solution": str(SOLUTION)}
        loop, bare = folder / "test_free.py", folder / "bare.py"
        loop.write_text(FREE.format(**files), encoding="utf-8")
        bare.write_text(BARE.format(**files), encoding="utf-8")
        server, calls = Server(stack, programs=True), Server(stack, programs=False)
        starter = stack.enter_context(contextlib.closing(Starter.with_cache()))
        fork_and_trace(starter, server.problem)
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(loop)]
        times: dict[str, list[float]] = {}
        for number in range(rounds):
            cold = str(folder / f"cold{number}")
            found = {
                "plain loop": seconds(pytest),
                "bare process, one call": seconds([sys.executable, str(bare)]),
                "one-shot, cold cache": seconds(grade_command(RIGHT), XDG_CACHE_HOME=cold),
                "one-shot, warm cache": seconds([*grade_command(RIGHT), "--seed", str(SEED)]),
                "one-shot, warm cache, fresh seed": seconds(grade_command(RIGHT)),
                "server, accepted, no programs": calls.seconds(RIGHT),
                "server, wrong, no programs": calls.seconds(WRONG),
                "server, proved": server.seconds(RIGHT),
                "server, wrong": server.seconds(WRONG),
                "one fork, one trace": fork_and_trace(starter, server.problem),
                "grader --help": seconds([sys.executable, "-m", "grader", "--help"]),
                "import of its libraries": seconds([sys.executable, "-c", IMPORTS]),
            }
            for what, took in found.items():
                times.setdefault(what, []).append(took)
        peak = breakdown.peak_memory(server.judge, read_submission(RIGHT))
        parts = list(_breakdowns(server, folder))
    medians = {what: statistics.median(found) for what, found in times.items()}
    for what, median in medians.items():
        print(f"{what:34} {median:7.2f} s (median of {rounds})")
    print()
    for row in ROWS:
        print(row.line(medians))
    kept = "" if peak < PEAK_MIB else "   <-- MISSED"
    print(f"{'peak memory of a worker':34} {peak:.0f} MiB, under {PEAK_MIB}{kept}")
    for title, spent in parts:
        print(f"\n{title}")
        for what, took in spent.items():
            print(f"    {what:30} {took:7.2f} s")


def _breakdowns(server: Server, folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    plan = server.judge.plan
    cache = {"JAX_COMPILATION_CACHE_DIR": str(folder / "alone"), **KEEP_ALL}
    for state in ("cold", "warm"):
        spent = breakdown.of_calls(plan, SOLUTION, "nn_vmap_forward", cache)
        yield f"the solution alone, {len(plan)} cases, {state} cache", spent
    for name, path in (("accepted", RIGHT), ("wrong", WRONG)):
        spent = breakdown.of_grade(server.judge, read_submission(path))
        yield f"in the judge, server, {name}; boxes work side by side, so parts overlap", spent


if __name__ == "__main__":
    main()
