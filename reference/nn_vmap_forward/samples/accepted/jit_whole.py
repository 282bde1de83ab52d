# points: 100
"""jax.jit around the whole function.

All of it is compiled, once for every shape; the number of features is static.
"""

import functools

import flax.linen as nn
import jax


@functools.partial(jax.jit, static_argnums=2)
def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
