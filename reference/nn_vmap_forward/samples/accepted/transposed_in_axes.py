# points: 100
"""in_axes=1 on the transposed batch.

After the transposition the examples are the columns, and that is the axis mapped over.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    ColumnDense = nn.vmap(
        nn.Dense,
        in_axes=1,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = ColumnDense(features=features)
    columns = x_batch.T
    params = model.init(jax.random.PRNGKey(seed), columns)
    return model.apply(params, columns).reshape(-1)
