# points: 100
"""A subclass of nn.Dense, lifted.

The layer is given a name and a docstring of its own before it is lifted.
"""

import flax.linen as nn
import jax


class Projection(nn.Dense):
    """Projects one example linearly."""

    def __call__(self, row):
        return super().__call__(row)


BatchProjection = nn.vmap(
    Projection,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)


def nn_vmap_forward(seed, x_batch, features):
    model = BatchProjection(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
