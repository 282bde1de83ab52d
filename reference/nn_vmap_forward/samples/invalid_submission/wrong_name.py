# points: 0
"""The function's name is misspelt.

A function of nearly the right name is there, but it is looked up as `nn_vmap_forward`, letter by
letter, and not found.

Hint: Copy the name from the statement.
"""

import flax.linen as nn
import jax


def nn_vmap_foward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
