# points: 75
"""You lift the layer and initialise it, but apply another one.

The class made by `nn.vmap` serves only to create the params. What then computes the output
is a plain layer, for example `nn.Dense`, which accepts the same params and a whole batch at once, so
the numbers are right although nothing lifted produced them.

Hint: Follow the output backwards: which object's apply made it?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchedDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    batched = BatchedDense(features=features)
    params = batched.init(jax.random.PRNGKey(seed), x_batch)
    dense = nn.Dense(features=features)
    return dense.apply(params, x_batch).reshape(-1)
