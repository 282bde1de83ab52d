# points: 0
"""The file imports something that does not exist.

`from flax import nn` is how Flax was imported years ago; that module is gone, the import fails, and
the rest of the file never runs. Today's name is `flax.linen`.

Hint: Look at how recent Flax examples begin.
"""

import jax
from flax import nn


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
    return model.apply(params, x_batch).reshape(-1)
