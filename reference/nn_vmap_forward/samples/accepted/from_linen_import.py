# points: 100
"""vmap and Dense imported by name.

The names come straight from flax.linen instead of through the module.
"""

import jax
from flax.linen import Dense, vmap


def nn_vmap_forward(seed, x_batch, features):
    BatchDense = vmap(
        Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchDense(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).ravel()
