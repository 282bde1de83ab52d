# points: 100
"""Other collections and RNG streams are declared as well.

The layer uses none of them, but a module with dropout or batch statistics would.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None, "batch_stats": None, "cache": 0, "intermediates": 0},
        split_rngs={"params": False, "dropout": True, "noise": True},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
