# points: 0
"""You initialise the lifted layer with one row.

`nn.vmap` takes the first axis of whatever it gets for the batch. A single row has only the axis of
its numbers, so each number goes to the inner layer alone, which has nothing to multiply.

Hint: Initialise the lifted layer with what you apply it to: the whole batch.
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
    params = layer.init(jax.random.PRNGKey(seed), x_batch[0])
    return layer.apply(params, x_batch).reshape(-1)
