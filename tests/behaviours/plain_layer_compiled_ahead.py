# verdict: wrong_structure
# says: is used by a plain nn.Dense, not by a lifted module
import functools

import flax.linen as nn
import jax
import jax.numpy as jnp


@functools.cache
def compiled(in_dim, features):
    def run(key, x):
        layer = nn.Dense(features)
        return layer.apply(layer.init(key, x), x)

    padded = jnp.zeros((32, in_dim), jnp.float32)
    return jax.jit(run).lower(jax.random.PRNGKey(0), padded).compile()


def nn_vmap_forward(seed, x_batch, features):
    rows, in_dim = x_batch.shape
    padded = jnp.zeros((32, in_dim), jnp.float32).at[:rows].set(x_batch)
    return compiled(in_dim, features)(jax.random.PRNGKey(seed), padded)[:rows].reshape(-1)
