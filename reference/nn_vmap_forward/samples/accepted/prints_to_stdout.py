# points: 100
"""It prints what it does.

A few lines of debugging output do no harm.
"""

import flax.linen as nn
import jax

print("loading")


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
    print("shapes:", jax.tree_util.tree_map(lambda leaf: leaf.shape, params))
    y = model.apply(params, x_batch)
    print("output:", y.shape, y.dtype)
    return y.reshape(-1)
