# points: 100
"""nn.vmap as the decorator of a class.

A subclass of nn.Dense is replaced by its lifted version where it is defined.
"""

import functools

import flax.linen as nn
import jax


@functools.partial(
    nn.vmap,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)
class RowDense(nn.Dense):
    """A Dense layer for one example."""


def nn_vmap_forward(seed, x_batch, features):
    model = RowDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
