# points: 60
"""You return a tuple.

The function should return one array. A tuple, for example of the output and the variables, is not an
array. A comma at the end of the line makes a tuple, too.

Hint: Return the flat output and nothing else.
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
    return model.apply(variables, x_batch).reshape(-1), variables
