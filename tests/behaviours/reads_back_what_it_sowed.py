# verdict: accepted
# says: right on 4 cases
import flax.linen as nn
import jax

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None, "intermediates": 0}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    _, state = layer.apply(variables, x_batch, capture_intermediates=True, mutable=["intermediates"])
    return state["intermediates"]["__call__"][0].reshape(-1)
