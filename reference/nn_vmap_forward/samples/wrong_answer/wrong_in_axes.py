# points: 35
"""You map over the columns of x_batch instead of its rows.

With `in_axes=1` the layer sees one column at a time, a vector of length B. Its kernel then has B
rows, and there are in_dim outputs, one for each column. In `x_batch` the examples lie along axis 0.

Hint: in_axes names the axis of x_batch that counts the examples.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=1,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
