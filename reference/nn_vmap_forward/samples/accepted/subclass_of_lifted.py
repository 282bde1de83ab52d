# points: 100
"""A subclass of the lifted class.

The class made by nn.vmap is the base of one that flattens its own output.
"""

import flax.linen as nn
import jax

VmapDense = nn.vmap(
    nn.Dense,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)


class FlatDense(VmapDense):
    def __call__(self, x_batch):
        return super().__call__(x_batch).reshape(-1)


def nn_vmap_forward(seed, x_batch, features):
    model = FlatDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch)
