# points: 50
"""The params have a batch axis, in second place.

`variable_axes={"params": 1}` stacks one copy of the layer per row along axis 1: the kernel has the
shape (in_dim, B, features). The number says where the copies go, not how many axes there are.
The copies are equal, so the output is right, but the parameters are not shared.

Hint: An integer in variable_axes always means one copy per row; look for the value that means none.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    Layer = nn.vmap(
        nn.Dense,
        variable_axes={"params": 1},
        split_rngs={"params": False},
        in_axes=0,
        out_axes=0,
    )
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    y = layer.apply(variables, x_batch)
    return y.reshape(-1)
