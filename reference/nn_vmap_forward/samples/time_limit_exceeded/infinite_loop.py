# points: 0
# limit: cpu
"""A loop never ends.

Nothing makes the condition of the loop false, so the answer is never reached. For example, a loop
that halves `size` as long as `size > 0` goes round for ever where it stops at
`max(size // 2, 1)`.

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
