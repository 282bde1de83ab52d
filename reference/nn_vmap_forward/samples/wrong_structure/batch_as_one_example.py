# points: 75
"""You hand the lifted layer the whole batch as if it were one example.

For example, `x_batch[None]` puts an axis of length 1 in front, and that is the axis `nn.vmap` maps over. The
layer inside then sees all rows at once, as it would without any vmap. It happens to
cope, since `nn.Dense` takes any number of leading axes; a module written for one row would not.

Hint: in_axes=0 maps over the first axis of what you pass in: which axis should that be?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchedDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchedDense(features=features)
    x = x_batch[None]
    params = layer.init(jax.random.PRNGKey(seed), x)
    return layer.apply(params, x).reshape(-1)
