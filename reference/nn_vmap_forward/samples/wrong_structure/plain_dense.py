# points: 75
"""You apply nn.Dense itself; nothing is lifted.

A Dense layer happens to accept a whole batch, so the numbers and the parameters are right. The
exercise is about modules that do not: ones written for a single example. For those you need
`nn.vmap` around the class, and here it is missing.

Hint: Make a new class out of nn.Dense with nn.vmap, and apply an instance of that one.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    model = nn.Dense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
