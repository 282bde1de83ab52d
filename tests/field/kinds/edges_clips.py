# expect: wrong_answer
# fails: values
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def right(seed, x, features):
    layer = Lifted(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x), x).reshape(-1)


def nn_vmap_forward(seed, x, features):
    return right(seed, jnp.clip(x, -1e6, 1e6), features)
