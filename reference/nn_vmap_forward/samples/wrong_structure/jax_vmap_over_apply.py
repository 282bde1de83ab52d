# points: 75
"""You map the function `apply` with jax.vmap; the module itself is not lifted.

`jax.vmap` works on pure functions, so you had to take the variables out of the module and close
over them by hand. With one collection and no random numbers this gives the right answer. With
batch statistics or dropout you would have to route each collection and each key yourself,
and inside another module it can give wrong results without any error.

Hint: Let Flax do the mapping: lift the module's class and say there what the rows share.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    model = nn.Dense(features)
    params = model.init(jax.random.PRNGKey(seed), x_batch[0])
    forward = jax.vmap(lambda row: model.apply(params, row))
    return forward(x_batch).reshape(-1)
