# verdict: wrong_structure
# says: the answer does not come from its output
import flax.linen as nn
import jax

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    y = layer.apply(variables, x_batch)
    if len(x_batch) > 2:
        y = x_batch @ variables["params"]["kernel"] + variables["params"]["bias"]
    return y.reshape(-1)
