# points: 75
"""You apply a plain layer; nothing is lifted.

A dense layer does for a whole batch what it does for each row, so the numbers and the parameters are
right. The exercise is about modules that are written for a single example. For those you need
`nn.vmap` around the class, and here it is missing.

Hint: Make a new class out of the layer's class with nn.vmap, and apply an instance of that one.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    model = nn.Dense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
