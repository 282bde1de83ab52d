"""A mistake is named where it is the one, however it is written, and not where it is another."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Grade

from grader.report import Report

LIFTED = """
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np

Lifted = nn.vmap(nn.Dense, variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
"""
RIGHT = """
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).reshape(-1)
"""
NAMED = {
    "the instance of a class of one's own": (
        "\n    nn.vmap(layer, variable_axes={'params': None})" + RIGHT,
        "vmap_of_an_instance",
    ),
    "a seed of one value alone": (
        RIGHT.replace("(seed)", "(seed % (2**31 - 1))"),
        None,
    ),
    "noise of NumPy": (
        RIGHT.replace(".reshape(-1)", ".reshape(-1) + np.float32(np.random.rand())"),
        "random_each_call",
    ),
    "dropout by NumPy's generator": (
        RIGHT.replace("(variables, x_batch)", "(variables, x_batch * (np.random.rand() > 0.5))"),
        "random_each_call",
    ),
    "a list of wrong values": (
        RIGHT.replace(".reshape(-1)", ".reshape(-1)[1:].tolist()"),
        "returns_list",
    ),
    "a forgotten return without a layer": ("\n    jnp.zeros(3)\n", "no_return"),
    "variables that are empty": (
        "\n    return layer.apply({}, x_batch).reshape(-1)\n",
        "applied_without_variables",
    ),
    "a plain layer for large batches alone": (
        "\n    if len(x_batch) > 8:\n        layer = nn.Dense(features)" + RIGHT,
        None,
    ),
}


def grade(body: str, folder: Path, grade_file: Grade) -> Report:
    path = folder / "answer.py"
    path.write_text(LIFTED + body, encoding="utf-8")
    return grade_file("nn_vmap_forward", path)


@pytest.mark.parametrize("what", NAMED)
def test_a_mistake_gets_its_name_and_no_other_does(
    what: str, grade_file: Grade, tmp_path: Path
) -> None:
    body, name = NAMED[what]
    report = grade(body, tmp_path, grade_file)
    assert report.points < 100
    assert (report.mistake.id if report.mistake else None) == name, report.message


def test_a_failure_that_an_earlier_call_caused_is_not_said_to_come_of_its_inputs(
    grade_file: Grade, tmp_path: Path
) -> None:
    body = """
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    key = x_batch.shape, features
    if key not in KNOWN:
        KNOWN[key] = layer.apply(variables, x_batch).reshape(-1)
    return KNOWN[key]


KNOWN = {}
"""
    report = grade(body, tmp_path, grade_file)
    assert "did not happen again in a new process" in report.message
    (values,) = (one for one in report.criteria if one.id == "values")
    assert values.counterexample is not None
    assert "Equal this time" in values.counterexample.snippet
