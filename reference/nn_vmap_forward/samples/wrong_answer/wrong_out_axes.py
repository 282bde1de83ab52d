# points: 70
"""The rows come out along axis 1, so the flat answer is in the wrong order.

For example, with `out_axes=1` the outputs of the rows are stacked along axis 1 and the result has the shape
(features, B). Flattening it walks through the first feature of all rows, then the second, and so
on, while the answer should go row by row. Flattening with `order="F"` leads to the same order.

Hint: Print the shape of the output just before you flatten it: which axis counts the rows?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=1,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
