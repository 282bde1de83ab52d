# points: 0
"""apply gets the inside of the variables, not the variables.

`init` returns a dictionary of collections: {"params": {"kernel": ..., "bias": ...}}. `apply` takes it as it
is. What stands under "params" is only the inside of it.

Hint: Pass apply exactly what init has returned, or put "params" around it again.
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
    params = model.init(jax.random.PRNGKey(seed), x_batch)["params"]
    return model.apply(params, x_batch).reshape(-1)
