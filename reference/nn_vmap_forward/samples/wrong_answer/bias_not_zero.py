# points: 70
"""Every output is too large by 1.

For example, the bias starts at 1 (`bias_init=nn.initializers.ones`), or 1 is added to the output. The
layer should be an `nn.Dense` as it comes: its bias starts at 0.

Hint: Where could a 1 come from: the layer's arguments, or something after the layer?
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
