# expect: wrong_structure
# fails: lifted
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x, features):
    @jax.jit
    def kernel(key):
        y = Lifted(features)
        unit = jnp.eye(x.shape[1])
        return y.apply(y.init(key, unit), unit)

    return (x @ kernel(jax.random.PRNGKey(seed))).reshape(-1)
