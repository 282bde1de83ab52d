# verdict: wrong_answer
# says: the failure did not happen again in a new process
import jax
from flax import linen as nn

calls = 0


def nn_vmap_forward(seed, x_batch, features):
    global calls
    calls += 1
    layer = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).ravel() + (calls == 3)
