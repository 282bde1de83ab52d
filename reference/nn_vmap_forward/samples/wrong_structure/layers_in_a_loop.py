# points: 75
"""You create one layer for each row, in a Python loop.

All of them start from the same key, so they are equal and the answer is right. But they are B
layers: they take B times the memory, and training would pull them apart.

Hint: How often does init run? It is needed once, whatever the batch.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    BatchedDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchedDense(features)
    layers = [layer.init(jax.random.PRNGKey(seed), x_batch) for _ in x_batch]
    return jnp.concatenate([layer.apply(own, x_batch)[row] for row, own in enumerate(layers)])
