# points: 0
"""apply gets the batch alone.

Flax modules keep no params of their own. `apply` takes the variables that `init` has returned as
its first argument, and the input as its second.

Hint: Keep what init returns, and pass it to apply before x_batch.
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
    layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(x_batch).reshape(-1)
