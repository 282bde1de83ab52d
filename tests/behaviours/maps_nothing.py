# verdict: wrong_structure
# says: the lifted module maps none of its inputs
import flax.linen as nn
import jax

NotLifted = nn.vmap(nn.Dense, in_axes=None, out_axes=None, axis_size=7,
                    variable_axes={"params": None}, split_rngs={"params": False})


def nn_vmap_forward(seed, x_batch, features):
    return NotLifted(features).init_with_output(jax.random.PRNGKey(seed), x_batch)[0].reshape(-1)
