# points: 0
"""The function takes the wrong number of arguments.

The judge calls it with three arguments, by position: `seed`, `x_batch`, `features`. Your function does
not take exactly these.

Hint: Compare the first line of your function with the signature in the statement.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(42), x_batch)
    return model.apply(params, x_batch).reshape(-1)
