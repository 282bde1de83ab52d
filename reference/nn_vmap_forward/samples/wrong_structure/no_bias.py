# points: 75
"""The layer has no bias.

For example, with `use_bias=False` there is no `bias` among the params. A new bias is all zeros, so leaving it out
does not change a single number today; but it could never be learned either, and the layer is not the
`nn.Dense` that was asked for.

Hint: List the names of the params and compare them with those of an nn.Dense left at its defaults.
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
    )
    model = VmapDense(features=features, use_bias=False)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
