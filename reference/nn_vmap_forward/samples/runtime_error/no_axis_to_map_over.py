# points: 0
"""nn.vmap finds no input to map over.

It counts the examples along the axis of an input, and here it sees no such axis. For example, `in_axes` is
None, or the input is passed by keyword: `in_axes` speaks of positional arguments only.

Hint: Pass x_batch by position, and say along which of its axes the examples lie.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=None,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(variables, x_batch).reshape(-1)
