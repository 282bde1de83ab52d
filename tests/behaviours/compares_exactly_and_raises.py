# verdict: accepted
# says: right on 4 cases
import flax.linen as nn
import jax
import numpy as np

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    y = layer.apply(variables, x_batch)
    plain = nn.Dense(features).apply(variables, x_batch)
    np.testing.assert_array_equal(y, plain)
    if not np.allclose(y, plain):
        raise ValueError("the lifted layer is off")
    return y.reshape(-1)
