# points: 70
"""The weights are those of seed 0, whatever the seed is.

For example, the key is `jax.random.PRNGKey(0)`, so the same weights are drawn for every `seed`, and the
answer is right for seed 0 only.

Hint: Follow `seed` through your function: does it reach the key as it is?
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
    params = model.init(jax.random.PRNGKey(0), x_batch)
    return model.apply(params, x_batch).reshape(-1)
