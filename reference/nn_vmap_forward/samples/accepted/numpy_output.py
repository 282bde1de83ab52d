# points: 100
"""A NumPy array as the answer.

The output is converted at the end; its dtype stays float32.
"""

import flax.linen as nn
import jax
import numpy as np


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
    return np.asarray(model.apply(params, x_batch)).flatten()
