# points: 100
"""nn.Dense makes the params, the lifted class applies them.

As the params are shared, those of one plain layer fit.
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
    params = nn.Dense(features=features).init(jax.random.PRNGKey(seed), x_batch[0])
    return VmapDense(features=features).apply(params, x_batch).reshape(-1)
