# points: 50
"""The params have a batch axis, in last place.

`variable_axes={"params": -1}` does not switch the batch axis off: it counts from the end, so the
kernel gets the shape (in_dim, features, B), again one copy of the layer for each row. The copies
are equal, so the output is right, but the parameters are not shared.

Hint: A negative number is still an axis; what does Python write for "no axis at all"?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    dense = nn.vmap(
        nn.Dense,
        variable_axes={"params": -1},
        split_rngs={"params": False},
    )(features)
    params = dense.init(jax.random.PRNGKey(seed), x_batch)
    out = dense.apply(params, x_batch)
    return out.flatten()
