# points: 0
"""You call the layer like a function, without its variables.

A Flax layer does not keep its weights. `init` creates them and returns them, and `apply` takes them
together with the input. Calling the layer by itself works only inside another module.

Hint: Two steps are missing: one makes the variables, the other uses them.
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
    jax.random.PRNGKey(seed)
    return model(x_batch).reshape(-1)
