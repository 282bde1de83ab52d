# points: 35
"""The number of features is written into the code.

The layer always has 4 outputs, whatever `features` asks for. It is right when that happens to be 4, and
of the wrong length otherwise.

Hint: Look for a number in your code that an argument should stand in for.
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
    model = VmapDense(features=4)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
