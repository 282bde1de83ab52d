# verdict: wrong_structure
# says: no flax.linen layer
import sys

for name in [name for name in sys.modules if name.split(".")[0] == "flax"]:
    del sys.modules[name]

import jax
from flax import linen as nn


def nn_vmap_forward(seed, x_batch, features):
    layer = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": 0},
        split_rngs={"params": False},
    )(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x_batch), x_batch).ravel()
