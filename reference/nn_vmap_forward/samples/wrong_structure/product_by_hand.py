# points: 75
"""You initialise a lifted layer, take its params and multiply by hand.

The numbers are right, since a dense layer is a product and a sum. But the lifted layer is never
applied: for a layer that does more you would have to write all of it again.

Hint: Call apply on the lifted layer, with the params and x_batch.
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
    params = BatchDense(features).init(jax.random.PRNGKey(seed), x_batch)["params"]
    return (x_batch @ params["kernel"] + params["bias"]).reshape(-1)
