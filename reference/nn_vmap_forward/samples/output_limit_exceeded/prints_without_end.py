# points: 0
"""It prints without end.

A print that was meant for debugging sits in a loop that never stops. Printing a little is fine; this
fills any screen and any log.

Hint: Print once, after the loop, or not at all.
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
    row, rows = 0, x_batch.shape[0]
    while row < rows:
        print("now at row", row, "of", rows)
        print("-" * 1000)
    return model.apply(params, x_batch).reshape(-1)
