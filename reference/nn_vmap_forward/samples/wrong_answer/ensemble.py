# points: 20
"""Every row goes through a different layer.

`variable_axes={"params": 0}` gives each row its own params, and `split_rngs={"params": True}` draws
them from a different key each. That is an ensemble of B layers, useful elsewhere, but here all rows
must go through the same one.

Hint: Both arguments say "one per row" now; each of them has a value that says "one for all".
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": 0},
        split_rngs={"params": True},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
