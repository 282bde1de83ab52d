# points: 100
"""nn.vmap with its arguments bound by functools.partial.

A transform of one's own is made first, then used on the layer.
"""

from functools import partial

import flax.linen as nn
import jax

share_over_batch = partial(
    nn.vmap,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)
make_layer = partial(share_over_batch(nn.Dense), name=None)


def nn_vmap_forward(seed, x_batch, features):
    layer = make_layer(features)
    params = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(params, x_batch).reshape(-1)
