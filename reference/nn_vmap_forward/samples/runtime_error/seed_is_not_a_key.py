# points: 0
"""You pass the seed where Flax wants a key.

`init` needs a random key of JAX. An int is not a key; `jax.random.PRNGKey` makes one from it.

Hint: Which function of jax.random turns a seed into a key?
"""

import flax.linen as nn


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    variables = model.init(seed, x_batch)
    return model.apply(variables, x_batch).reshape(-1)
