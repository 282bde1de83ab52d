# points: 100
"""Applies one lifted layer to eight rows at a time; the last chunk may be a single row."""

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
    params = layer.init(jax.random.PRNGKey(seed), x_batch[:1])
    chunks = [x_batch[start : start + 8] for start in range(0, len(x_batch), 8)]
    return jnp.concatenate([layer.apply(params, chunk) for chunk in chunks]).reshape(-1)
