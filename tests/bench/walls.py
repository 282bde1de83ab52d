"""What the walls cost: a worker that has imported jax and flax, without them and at each level.

    .venv/bin/python tests/bench/walls.py [ROUNDS]

Rounds are interleaved, so that a busy moment hits all alike; medians and their differences are
printed.
"""

from __future__ import annotations

import statistics
import sys
import time

from grader import response
from grader.isolation import Level
from grader.levels import try_level
from grader.sandbox import Box, BoxPlan
from grader.spec import Limits

ROUNDS = 15


def seconds_until_ready(level: Level | None) -> float:
    """Return the wall time from nothing to a worker that can be asked."""
    started = time.perf_counter()
    with Box(BoxPlan(Limits(), level)) as box:
        box.wait_until_ready(response.read_ready)
        return time.perf_counter() - started


def main() -> None:
    """Measure, and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    offered = [level for level in Level if try_level(level).standing is not None]
    found: dict[Level | None, list[float]] = {level: [] for level in (None, *offered)}
    for _ in range(rounds):
        for level, times in found.items():
            times.append(seconds_until_ready(level))
    bare = statistics.median(found[None])
    spread = statistics.quantiles(found[None], n=4)
    print(f"medians of {rounds} interleaved rounds: a worker from nothing to ready")
    print(
        f"no walls             {bare * 1000:7.0f} ms  (quartiles "
        f"{spread[0] * 1000:.0f} to {spread[2] * 1000:.0f})"
    )
    for level in offered:
        middle = statistics.median(found[level])
        print(
            f"{level:<20} {middle * 1000:7.0f} ms  {(middle - bare) * 1000:+6.0f} ms  "
            f"{middle / bare:.3f} times"
        )


if __name__ == "__main__":
    main()
