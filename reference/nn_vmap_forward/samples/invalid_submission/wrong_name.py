# points: 0
"""The function's name is misspelt.

The function is called `nn_vmap_foward`, without the first r of "forward", so it is not found
under the name `nn_vmap_forward`.

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
