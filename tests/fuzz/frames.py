"""Fuzzes the reader of a worker's frames, guided by coverage: only verdicts come out.

It needs atheris, on Linux: ``.venv/bin/python -m pip install -c constraints.txt atheris``. Options
are libFuzzer's:

    .venv/bin/python tests/fuzz/frames.py -max_total_time=60 [FOLDER OF A CORPUS]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["grader"]):
    from grader import response
    from grader.observation import (
        Garbled,
        Loaded,
        Lowered,
        NotLoaded,
        Observation,
        Program,
        Raised,
        Refused,
        Returned,
        Stopped,
    )
    from grader.sandbox.pipes import take_frame
    from grader.worker import wire

TOKEN = "0123456789abcdef"
MAX_BLOB = 1 << 16
EVIDENCE = {
    "variables": [["params", ["kernel"], [2, 3], "float32", True]],
    "reads": [],
    "overflowed": False,
}
SEEDS: tuple[dict[str, Any], ...] = (
    {"outcome": "array", "library": "jax", "dtype": "float32", "shape": [2]},
    {"outcome": "other", "type": "list"},
    {"outcome": "raising", "type": "ValueError"},
    {"outcome": "load", "kind": "missing", "names": ["f"]},
    {"outcome": "lowered", "kept": [0], "result": "float32[b]", "compared": 0, "lost": False},
    {"outcome": "analysed", "name": "0" * 64, "products": [], "uses": []},
    {"outcome": "interpreted", "dtype": "float32", "shape": [2]},
)


def one_input(data: bytes) -> None:
    """Take bytes as what a worker wrote, in the way that a box and an observer do."""
    left = bytearray(data)
    while True:
        try:
            frame = take_frame(left, MAX_BLOB)
        except wire.WireError:
            return
        if frame is None:
            return
        read(frame)


def read(frame: wire.Frame) -> None:
    """Read a frame as every kind of answer; nothing else than an answer may come of it."""
    called = response.read_call(frame, TOKEN, 1)
    loaded = response.read_load(frame, TOKEN)
    if not isinstance(called, Observation | response.Announced | Garbled):
        raise TypeError(type(called))
    if not isinstance(loaded, Loaded | NotLoaded | Stopped | response.Announced | Garbled):
        raise TypeError(type(loaded))
    lowered = response.read_lowered(frame, TOKEN)
    if not isinstance(lowered, Lowered | Raised | Refused | response.Announced | Garbled):
        raise TypeError(type(lowered))
    if not isinstance(response.read_program(frame, TOKEN), Program | Refused | Garbled):
        raise TypeError
    if not isinstance(response.read_interpreted(frame, TOKEN), Returned | Refused | Garbled):
        raise TypeError


def write_corpus(folder: str) -> None:
    """Write a few whole answers, from which to go on."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        of_a_call = seed["outcome"] in ("array", "other")
        header = {"token": TOKEN, **seed, **({"evidence": EVIDENCE} if of_a_call else {})}
        (Path(folder) / f"seed-{number}").write_bytes(wire.encode_frame(header, bytes(8)))


def main() -> None:
    """Write the corpus where one is named, and fuzz."""
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            write_corpus(argument)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
