# points: 70
"""The bias does not start at zero.

`bias_init=nn.initializers.ones` starts every bias at 1, which moves each output up by 1. The layer
should be an `nn.Dense` as it comes, whose bias starts at 0.

Hint: Which arguments does the layer need besides its number of features?
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
    model = VmapDense(features=features, bias_init=nn.initializers.ones)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
