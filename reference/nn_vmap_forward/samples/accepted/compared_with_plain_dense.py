# points: 100
"""Compares the lifted layer with a plain one, as a check; the answer is the lifted one's."""

import flax.linen as nn
import jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    BatchedDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchedDense(features=features)
    params = layer.init(jax.random.PRNGKey(seed), x_batch)
    y = layer.apply(params, x_batch)
    plain = nn.Dense(features=features).apply(params, x_batch)
    assert jnp.allclose(y, plain)
    return y.reshape(-1)
