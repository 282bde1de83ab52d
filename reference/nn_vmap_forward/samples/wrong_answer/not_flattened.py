# points: 60
"""The output still has two axes.

The lifted layer returns an array of shape (B, features), one row for each example. The answer should
be flat, of shape (B * features,), with the rows one after the other.

Hint: One method call at the very end is missing.
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
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch)
