# points: 0
"""You say that all rows have the same output.

`out_axes=None` promises that the output does not depend on the row. It does, so Flax stops: "got axis
spec None but output was batched".

Hint: Along which axis of the result should the rows lie?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=None,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(variables, x_batch).reshape(-1)
