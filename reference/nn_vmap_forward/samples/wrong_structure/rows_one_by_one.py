# points: 75
"""You apply the lifted layer to one row at a time.

`nn.vmap` maps over a whole batch in one call. In a Python loop it is handed batches of a single
row, so it has nothing to map over: the loop does its work, row after row, and takes longer
with every row. The numbers are right.

Hint: Give the lifted layer the whole batch, in one call, and drop the loop.
"""

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
    return jnp.concatenate([layer.apply(params, row[None])[0] for row in x_batch])
