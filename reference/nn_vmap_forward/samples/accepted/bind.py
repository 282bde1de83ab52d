# points: 100
"""bind instead of apply.

The layer is bound to its params and then called like a function.
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
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    bound = model.bind(params)
    return bound(x_batch).reshape(-1)
