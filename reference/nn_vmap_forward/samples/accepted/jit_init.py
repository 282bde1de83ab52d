# points: 100
"""jax.jit around init.

Only the initialisation is compiled.
"""

import flax.linen as nn
import jax

VmapDense = nn.vmap(
    nn.Dense,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)


def nn_vmap_forward(seed, x_batch, features):
    model = VmapDense(features=features)
    params = jax.jit(model.init)(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
