# verdict: wrong_structure
# says: params/bias has shape (2, 4), not (4,): 2 copies of it
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    keys = jnp.stack([jax.random.PRNGKey(seed)] * len(x_batch))
    copies = jax.lax.map(lambda one: layer.init(*one), (keys, x_batch[:, None]))
    return jax.lax.map(lambda one: layer.apply(*one), (copies, x_batch[:, None])).reshape(-1)
