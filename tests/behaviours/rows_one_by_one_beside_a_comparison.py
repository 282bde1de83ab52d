# verdict: wrong_structure
# says: gets one example at a time
import flax.linen as nn
import jax
import jax.numpy as jnp

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    y = jnp.concatenate([layer.apply(variables, row[None])[0] for row in x_batch])
    plain = jax.vmap(lambda row: nn.Dense(features).apply(variables, row))(x_batch)
    assert jnp.allclose(y, plain.ravel())
    return y
