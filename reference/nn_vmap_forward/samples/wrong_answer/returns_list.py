# points: 60
"""You return a Python list.

A list of Python, for example what `tolist()` makes of an array, has neither a shape nor a dtype. The
result should be an array of JAX or NumPy.

Hint: Return the array itself, not a list made from it.
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
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1).tolist()
