# points: 0
"""You share the params but split the key that draws them.

`variable_axes={"params": None}` promises one set of params for all rows, while
`split_rngs={"params": True}` draws a different one for each row. The two contradict each other,
and Flax says so: "got axis spec None but output was batched".

Hint: Params that are shared must be drawn from a key that is shared, too.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": True},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
