# points: 0
"""A parenthesis is opened and never closed.

Python cannot read the file, so nothing in it runs. The line in the message is where that parenthesis
opens.

Hint: Go to the line that the message names and count the brackets.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
