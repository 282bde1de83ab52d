# points: 0
"""You apply the lifted layer to one row.

`nn.vmap` takes the first axis of whatever it gets for the batch. A single row has only the axis of
its numbers, so each number goes to the inner layer alone, which has nothing to multiply. A loop
over the rows is not needed at all: it is what `nn.vmap` does.

Hint: Apply the lifted layer to the whole batch, once.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    BatchDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchDense(features)
    params = layer.init(jax.random.PRNGKey(seed), x_batch)
    return jnp.concatenate([layer.apply(params, row) for row in x_batch])
