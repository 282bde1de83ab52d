"""Where the time of one grade goes, and how much memory a box takes; `speed.py` prints it.

Two views. In a process of its own, the solution is called on the cases of a run while jax says how
long it traces, lowers, compiles or reads its cache: seconds of that one process. In the judge, the
methods that a grade passes through are timed; boxes work side by side, so that these seconds add
up to more than the grade takes.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from grader import judge
from grader.cases import Case
from grader.counterexample import Seeker
from grader.diagnose import Diagnosis
from grader.judge import Judge
from grader.observer import Observer
from grader.provenance import Provenance
from grader.sandbox import Box
from grader.submission import Submission

MIB = 1 << 20
SAMPLING_SECONDS = 0.02
EVENTS = {
    "trace": "/jax/core/compile/jaxpr_trace_duration",
    "lower": "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "compile or cache read": "/jax/core/compile/backend_compile_duration",
}
ALONE = """
import json, runpy, sys, time
started = time.perf_counter()
import flax.linen, jax, numpy as np
spent = {"import": time.perf_counter() - started}
events = json.loads(sys.argv[1])
def note(event, seconds, **_):
    if event in events:
        spent[events[event]] = spent.get(events[event], 0.0) + seconds
jax.monitoring.register_event_duration_secs_listener(note)
started = time.perf_counter()
function = runpy.run_path(sys.argv[2])[sys.argv[3]]
spent["load"] = time.perf_counter() - started
cases = np.load(sys.argv[4])
started = time.perf_counter()
for number in range(int(sys.argv[5])):
    seed, x, features = (cases[f"{number} {name}"] for name in ("seed", "x_batch", "features"))
    np.asarray(function(int(seed), jax.numpy.asarray(x), int(features)))
spent["all calls"] = time.perf_counter() - started
print(json.dumps(spent))
"""


def of_calls(
    plan: Sequence[Case], solution: Path, entry_point: str, environment: Mapping[str, str]
) -> dict[str, float]:
    """Return the seconds that each part of calling the solution on all cases takes, alone."""
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.npz"
        arrays: dict[str, Any] = {
            f"{number} {name}": np.asarray(value)
            for number, case in enumerate(plan)
            for name, value in case.arguments.items()
        }
        np.savez(cases, **arrays)
        events = json.dumps({event: name for name, event in EVENTS.items()})
        arguments = [events, str(solution), entry_point, str(cases), str(len(plan))]
        done = subprocess.run(
            [sys.executable, "-c", ALONE, *arguments],
            check=True,
            capture_output=True,
            env={**os.environ, **environment},
        )
    spent: dict[str, float] = json.loads(done.stdout)
    inside = sum(spent.get(name, 0.0) for name in EVENTS)
    spent["run, and Flax's own Python"] = spent.pop("all calls") - inside
    return spent


def of_grade(grader: Judge, submission: Submission) -> dict[str, float]:
    """Return the seconds that the judge spends in, or waits for, each part of one grade."""
    spent: dict[str, float] = defaultdict(float)
    with contextlib.ExitStack() as stack:
        for name, holder, method in (
            ("fork, walls", Box, "wait_until_ready"),
            ("load", Observer, "load"),
            ("calls", Observer, "call"),
            ("compare", judge, "rule"),
            ("falsified calls", Provenance, "settle"),
            ("shrink", Seeker, "seek"),
            ("diagnose", Diagnosis, "of_behaviour"),
        ):
            stack.enter_context(_timed(spent, name, holder, method))
        started = time.perf_counter()
        grader.grade(submission)
        spent["the whole grade"] = time.perf_counter() - started
    return dict(spent)


@contextlib.contextmanager
def _timed(spent: dict[str, float], name: str, holder: Any, method: str) -> Iterator[None]:
    original: Callable[..., object] = getattr(holder, method)

    @functools.wraps(original)
    def timed(*args: Any, **kwargs: Any) -> object:
        started = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - started

    setattr(holder, method, timed)
    try:
        yield
    finally:
        setattr(holder, method, original)


def peak_memory(grader: Judge, submission: Submission) -> float:
    """Return the MiB of the largest process, box or not, while a submission is graded."""
    peaks: dict[int, float] = {}
    done = threading.Event()

    def sample() -> None:
        while not done.wait(SAMPLING_SECONDS):
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError, StopIteration, ValueError):
                    peaks[process.pid] = _high_water_mark(process.pid)

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        grader.grade(submission)
    finally:
        done.set()
        sampler.join()
    return max(peaks.values(), default=0.0)


def _high_water_mark(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 / MIB for line in lines if line.startswith("VmHWM"))
