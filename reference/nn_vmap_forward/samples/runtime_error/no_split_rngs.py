# points: 0
"""You do not say what happens to the random keys.

A stream of keys that `split_rngs` does not mention does not exist inside the lifted layer. The layer needs
the stream "params" to draw its weights, does not find it, and Flax stops with `InvalidRngError`.

Hint: Mention the stream "params" in split_rngs. Do all rows share one key, or does each get its own?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
    )
    model = VmapDense(features=features)
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(variables, x_batch).reshape(-1)
