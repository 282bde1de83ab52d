"""What a worker says of a call is cut to what an answer may hold, and stays told apart."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.response import _Evidence
from grader.sandbox.pipes import MAX_HEADER
from grader.worker import bounds

EMPTY: dict[str, Any] = {
    "variables": [],
    "reads": [],
    "inputs": [],
    "created": [],
    "overflowed": False,
}


def test_long_names_stay_two() -> None:
    one, other = bounds.name("a" * 500 + "b"), bounds.name("a" * 500 + "c")
    assert one != other
    assert len(one) <= bounds.MAX_NAME
    assert bounds.name("kernel") == "kernel"


def test_deep_paths_stay_two() -> None:
    deep = [f"m{n}" for n in range(200)]
    other = [*deep[:100], "x", *deep[101:]]
    assert bounds.path(deep) != bounds.path(other)
    assert len(bounds.path(deep)) <= bounds.MAX_PARTS


def test_too_many_variables_are_said_to_be_too_many() -> None:
    many = [("params", (f"p{n}",), (), "float32", False) for n in range(6000)]
    assert bounds.evidence({**EMPTY, "variables": many})["overflowed"]


names = st.text(max_size=600)
sizes = st.lists(st.integers(0, 1 << 70), max_size=80).map(tuple)
variables = st.tuples(names, st.lists(names, max_size=150), sizes, names, st.booleans())
transforms = st.tuples(names, names, st.booleans(), names, st.integers(0, 1 << 70))
reads = st.tuples(
    names, st.lists(names, max_size=5), st.lists(transforms, max_size=60), st.booleans(), names
)


@given(
    st.lists(variables, max_size=5),
    st.lists(reads, max_size=3),
    st.lists(st.tuples(sizes, st.just("ab")), max_size=5),
    st.lists(st.tuples(names, st.integers(0, 1 << 70)), max_size=5),
)
def test_whatever_flax_was_made_to_do_the_judge_can_read_it(
    found: list[Any], read: list[Any], inputs: list[Any], created: list[Any]
) -> None:
    cut = bounds.evidence(
        {**EMPTY, "variables": found, "reads": read, "inputs": inputs, "created": created}
    )
    text = json.dumps(cut)
    assert len(text.encode()) < MAX_HEADER
    _Evidence.model_validate_json(text)
