# points: 100
"""A module of one's own with the same params, lifted.

The layer is written by hand for one example, with nn.Dense's names, initialisers and order.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


class Affine(nn.Module):
    """A linear layer for a single example of shape (in_dim,)."""

    features: int

    @nn.compact
    def __call__(self, row):
        (in_dim,) = row.shape
        kernel = self.param(
            "kernel", nn.initializers.lecun_normal(), (in_dim, self.features), jnp.float32
        )
        bias = self.param("bias", nn.initializers.zeros_init(), (self.features,), jnp.float32)
        return jnp.dot(row, kernel) + bias


def nn_vmap_forward(seed, x_batch, features):
    BatchAffine = nn.vmap(
        Affine,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = BatchAffine(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
