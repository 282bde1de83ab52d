# points: 70
"""You split the key before you use it.

Splitting is a good habit where one key has to serve several purposes. Here the layer should be
initialised with the key made from the seed itself: a part of a split key is a different key and draws
different weights.

Hint: Pass the key on just as it was made.
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
    init_key, _ = jax.random.split(jax.random.PRNGKey(seed))
    layer = BatchDense(features)
    params = layer.init(init_key, x_batch)
    return layer.apply(params, x_batch).reshape(-1)
