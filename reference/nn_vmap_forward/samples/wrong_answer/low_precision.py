# points: 70
"""You compute in bfloat16.

For example, `dtype=jnp.bfloat16` makes the layer round its inputs, its weights and its sums to 8 significant bits,
some two or three decimal digits. Casting the result to float32 afterwards changes its type but does
not bring the lost digits back.

Hint: Leave the precision of the layer at its default.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features, dtype=jnp.bfloat16)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    y = model.apply(params, x_batch)
    return y.astype(jnp.float32).reshape(-1)
