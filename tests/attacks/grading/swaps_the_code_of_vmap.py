# harm: declares shared params, and has nn.vmap and what is below it make copies instead
import flax.linen as nn
import jax
from flax.core import lift

closure = dict(zip(lift.vmap.__code__.co_freevars, lift.vmap.__closure__, strict=True))
original = closure["vmap"].cell_contents


def copying(fn, variable_axes, split_rngs, *args, **kwargs):
    return original(fn, {"params": 0}, {"params": False}, *args, **kwargs)


closure["vmap"].cell_contents = copying
Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).reshape(-1)
