# points: 50
"""Every row has a layer of its own, and all the layers are identical copies.

`variable_axes={"params": 0}` gives the params a batch axis: one kernel and one bias for each row.
All copies are made from the same key, so they are equal, and the output looks right. But these are B
layers, not one: they take B times the memory, and the first step of training would make them differ.

Hint: Print the shape of the kernel. Why does it contain the batch size?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": 0},
        split_rngs={"params": False},
    )
    model = BatchDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
