# points: 100
"""Pads every batch to 32 rows and keeps one program, compiled ahead, for each pair of widths."""

import functools

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


@functools.cache
def compiled(in_dim, features):
    def run(key, x):
        layer = BatchedDense(features=features)
        return layer.apply(layer.init(key, x), x)

    padded = jnp.zeros((32, in_dim), jnp.float32)
    return jax.jit(run).lower(jax.random.PRNGKey(0), padded).compile()


def nn_vmap_forward(seed, x_batch, features):
    rows, in_dim = x_batch.shape
    padded = jnp.zeros((32, in_dim), jnp.float32).at[:rows].set(x_batch)
    y = compiled(in_dim, features)(jax.random.PRNGKey(seed), padded)
    return y[:rows].reshape(-1)
