# points: 100
"""vmap from the module flax.linen.transforms.

It is the same transform, taken from where it is defined.
"""

import flax.linen as nn
import jax
from flax.linen import transforms


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = transforms.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
