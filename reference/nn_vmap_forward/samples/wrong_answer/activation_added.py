# points: 70
"""You apply an activation function to the output.

An activation, for example `nn.relu`, turns every negative output into 0. A Dense layer is only the linear part,
x @ kernel + bias, and that is what was asked for.

Hint: Return the output of the layer as it is, negative numbers and all.
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
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    y = nn.relu(model.apply(params, x_batch))
    return y.reshape(-1)
