# points: 0
"""The function's name is misspelt.

The file has a function of nearly the right name, but the judge calls `nn_vmap_forward`, letter by
letter, and finds none.

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
