# verdict: wrong_structure
# says: with jax.vmap around it
import flax.linen as nn
import jax

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return jax.vmap(lambda row: layer.apply(variables, row[None])[0])(x_batch).reshape(-1)
