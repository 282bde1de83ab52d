# expect: wrong_structure
# fails: lifted
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x, features):
    y = Lifted(features)
    unit = jnp.eye(x.shape[1])
    v = y.init(jax.random.PRNGKey(seed), unit)
    return jnp.einsum("bi,io->bo", x, y.apply(v, unit)).reshape(-1)
