# verdict: wrong_structure
# says: its output does not affect your result
import flax.linen as nn
import jax
import numpy as np

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    params = variables["params"]
    y = x_batch @ params["kernel"] + params["bias"]
    np.testing.assert_allclose(y, layer.apply(variables, x_batch), rtol=1e-2, atol=1)
    return y.reshape(-1)
