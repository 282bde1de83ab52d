# points: 0
"""init gets the input before the key.

The first argument of `init` is the key, or a dictionary of keys; what the module is called with
comes after it.

Hint: Swap the two arguments of init.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchDense(features)
    params = layer.init(x_batch, jax.random.PRNGKey(seed))
    return layer.apply(params, x_batch).reshape(-1)
