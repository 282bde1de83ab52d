# points: 0
# limit: idle
"""It waits for something that never comes.

The function waits and computes nothing, for example for a file that nobody writes, or in a lock that
nobody opens. An answer may need nothing but the three arguments.

Hint: Everything you need is in seed, x_batch and features.
"""

import os
import time

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    while not os.path.exists("weights.msgpack"):
        time.sleep(1.0)

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
