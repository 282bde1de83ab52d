# points: 70
"""The seed is ignored: the key is always the same.

`jax.random.PRNGKey(0)` draws the same weights whatever `seed` is, so the answer is right for seed 0
only.

Hint: One of the three arguments of your function is never used.
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
