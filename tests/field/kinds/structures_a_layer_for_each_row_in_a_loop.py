# expect: wrong_structure
# fails: params_unbatched
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x, features):
    layer = Lifted(features)
    copies = [layer.init(jax.random.PRNGKey(seed), x) for _ in range(len(x))]
    return jnp.concatenate([layer.apply(own, x)[row] for row, own in enumerate(copies)])
