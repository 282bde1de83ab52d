# points: 0
"""apply gets no params.

`apply` needs the variables that `init` has returned, as its first argument. Here the collection "params"
that it gets is empty or missing.

Hint: Print what you pass to apply first: does it hold a kernel and a bias?
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
    model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply({}, x_batch).reshape(-1)
