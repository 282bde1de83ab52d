# points: 100
"""The functions nn.init and nn.apply.

They are the functional twins of the methods of the same names.
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

    def forward(layer, x):
        return layer(x).reshape(-1)

    params = nn.init(forward, model)(jax.random.PRNGKey(seed), x_batch)
    return nn.apply(forward, model)(params, x_batch)
