# points: 100
"""Applies one lifted layer to each half of the batch; halves of two rows are single rows."""

import flax.linen as nn
import jax
import jax.numpy as jnp

BatchedDense = nn.vmap(
    nn.Dense,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)


def nn_vmap_forward(seed, x_batch, features):
    layer = BatchedDense(features=features)
    params = layer.init(jax.random.PRNGKey(seed), x_batch)
    middle = (len(x_batch) + 1) // 2
    halves = [half for half in (x_batch[:middle], x_batch[middle:]) if len(half)]
    return jnp.concatenate([layer.apply(params, half) for half in halves]).reshape(-1)
