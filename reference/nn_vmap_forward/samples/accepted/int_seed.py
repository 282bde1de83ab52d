# points: 100
"""int(seed) before the key is made.

The arguments are converted to plain integers first, which changes nothing.
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
    model = VmapDense(features=int(features))
    params = model.init(jax.random.PRNGKey(int(seed)), x_batch)
    return model.apply(params, x_batch).reshape(-1)
