# points: 0
"""You do not say what happens to the params.

A collection that `variable_axes` does not mention is invisible inside the lifted module. So the layer
finds no place for its kernel, and Flax stops with `ScopeCollectionNotFound`.

Hint: Mention the collection "params" in variable_axes, and say that it has no batch axis.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
