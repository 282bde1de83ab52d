# points: 70
"""The answer goes feature by feature instead of row by row.

The numbers are right but in the wrong order: the first feature of every row, then the second of every
row. For example, `order="F"` reads the output down its columns; a transposition before flattening and
`out_axes=1` give the same order.

Hint: Print the shape of what you flatten: it should be (B, features), and be read row by row.
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
