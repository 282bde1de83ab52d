# expect: wrong_structure
# fails: lifted
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x, features):
    h = -(-len(x) // 2)
    y = Lifted(features)
    v = y.init(jax.random.PRNGKey(seed), x)
    padded = jnp.pad(x, ((0, 2 * h - len(x)), (0, 0))).reshape(2, h, -1)
    return y.apply(v, padded).reshape(2 * h, -1)[: len(x)].reshape(-1)
