# points: 60
"""The function returns nothing.

Without a `return`, a Python function returns None, whatever it has computed.

Hint: Which line hands the result back?
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
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    y = model.apply(variables, x_batch).reshape(-1)
