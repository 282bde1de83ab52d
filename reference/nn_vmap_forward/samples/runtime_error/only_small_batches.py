# points: 0
"""It works for small batches only.

The output is copied into an array that has no room for more rows. A larger batch does not fit, and NumPy
raises "could not broadcast". The number of rows is not fixed: it is the first number in the shape of
`x_batch`.

Hint: Do you need an array of your own, when the layer already returns one of the right size?
"""

import flax.linen as nn
import jax
import numpy as np

MAX_BATCH = 8


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
    out = np.zeros((MAX_BATCH, features), dtype=np.float32)
    rows = x_batch.shape[0]
    out[:rows] = np.asarray(model.apply(params, x_batch))
    return out[:rows].reshape(-1)
