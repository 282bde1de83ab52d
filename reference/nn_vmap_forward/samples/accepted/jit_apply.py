# points: 100
"""jax.jit around apply.

Only the forward pass is compiled.
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
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return jax.jit(model.apply)(params, x_batch).reshape(-1)
