# points: 70
"""You flatten column by column.

The layer's output is right, with shape (B, features), but `order="F"` reads it down the columns: the
first feature of every row, then the second of every row. The answer should go row by row.

Hint: Without the order argument, what order does ravel use?
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
    model = BatchDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    y = model.apply(params, x_batch)
    return jnp.ravel(y, order="F")
