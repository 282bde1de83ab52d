# points: 0
"""You call init or apply on the class, not on an instance of it.

`nn.vmap` returns a class. Like every layer it must be made first, with its number of features. Only an
instance has variables to create and to apply.

Hint: Which line makes a layer out of the class, and where do the features go in?
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
    variables = VmapDense.init(jax.random.PRNGKey(seed), x_batch)
    return VmapDense.apply(variables, x_batch).reshape(-1)
