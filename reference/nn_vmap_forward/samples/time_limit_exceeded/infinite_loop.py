# points: 0
"""A loop never ends.

The loop that should halve `size` down to nothing stops at 1 and then goes round for ever, because
`max(size // 2, 1)` never gets smaller than 1. The answer is never reached.

Hint: Ask of every while loop what makes its condition false.
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

    size, halvings = x_batch.shape[0], 0
    while size > 0:
        size = max(size // 2, 1)
        halvings += 1

    return model.apply(params, x_batch).reshape(-1)
