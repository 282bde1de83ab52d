# verdict: wrong_structure
# says: its output does not affect your result
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    nothing = layer.apply(variables, jnp.zeros_like(x_batch))
    return (x_batch @ variables["params"]["kernel"] + nothing).reshape(-1)
