# points: 0
"""You give nn.vmap an instance of the layer, not its class.

`nn.vmap` takes a class, for example `nn.Dense`, and returns a class. A layer that is already made, such
as `nn.Dense(features)`, is an instance, and Flax refuses it.

Hint: First lift the class, then make an instance of what comes back, with its features.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    model = nn.vmap(
        nn.Dense(features),
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(variables, x_batch).reshape(-1)
