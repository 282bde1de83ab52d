# harm: gives Flax a second copy of the module that lifts, which nobody watches
import importlib.util

import flax.core.lift
import flax.linen as nn
import flax.linen.transforms
import jax

spec = importlib.util.spec_from_file_location("flax.core.unwatched", flax.core.lift.__file__)
unwatched = importlib.util.module_from_spec(spec)
spec.loader.exec_module(unwatched)
flax.linen.transforms.lift = unwatched
Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": 0}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).reshape(-1)
