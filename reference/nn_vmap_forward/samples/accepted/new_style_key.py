# points: 100
"""A key made by jax.random.key.

The new-style typed key holds the same numbers as the one that PRNGKey makes.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.key(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
