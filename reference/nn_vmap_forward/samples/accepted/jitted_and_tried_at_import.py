# points: 100
"""jax.jit around the whole function, which is tried out when the file is imported.

By the time of the first real call some programs are compiled already.
"""

import functools

import flax.linen as nn
import jax
import jax.numpy as jnp

SharedDense = nn.vmap(
    nn.Dense,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)


@functools.partial(jax.jit, static_argnums=2)
def nn_vmap_forward(seed, x_batch, features):
    layer = SharedDense(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).ravel()


assert nn_vmap_forward(0, jnp.ones((2, 3)), 4).shape == (8,)
