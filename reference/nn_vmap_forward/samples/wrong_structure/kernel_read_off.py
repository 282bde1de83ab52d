# points: 75
"""You apply the lifted layer to something else, and multiply the batch yourself.

For example, a layer that is applied to the unit vectors returns its kernel, row by row, and with
that kernel in hand the answer is one product away. The numbers are right, but the batch never
went through the lifted layer: with any layer that is more than a product this would not work.

Hint: What do you pass to apply? It should be the batch.
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
    unit_vectors = jnp.eye(x_batch.shape[1])
    params = layer.init(jax.random.PRNGKey(seed), unit_vectors)
    kernel = layer.apply(params, unit_vectors)
    return (x_batch @ kernel).reshape(-1)
