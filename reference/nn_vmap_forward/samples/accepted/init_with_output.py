# points: 100
"""init_with_output instead of init and apply.

One call initialises the layer and applies it.
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
    key = jax.random.PRNGKey(seed)
    output, _ = VmapDense(features=features).init_with_output(key, x_batch)
    return output.reshape(-1)
