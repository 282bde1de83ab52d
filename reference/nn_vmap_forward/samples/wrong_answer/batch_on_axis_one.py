# points: 35
"""You take axis 1 to be the batch, on the way in and on the way out.

With `in_axes=1` and `out_axes=1` the layer reads the columns of `x_batch` as examples and returns
an array of shape (features, in_dim). Some libraries put the batch second, but here `x_batch` has the
shape (B, in_dim): one example per row, axis 0.

Hint: Compare the shape that x_batch is said to have with the axis that you map over.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    layer = nn.vmap(
        nn.Dense,
        in_axes=1,
        out_axes=1,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )(features)
    key = jax.random.PRNGKey(seed)
    variables = layer.init(key, x_batch)
    out = layer.apply(variables, x_batch)
    return out.reshape(-1)
