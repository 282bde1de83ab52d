# verdict: accepted
# says: right on 4 cases
import flax.linen as nn
import jax

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


jax.config.update("jax_transfer_guard", "disallow")


def nn_vmap_forward(seed, x_batch, features):
    @jax.jit
    def run(key, x):
        layer = Lifted(features)
        return layer.apply(layer.init(key, x), x).reshape(-1)

    with jax.transfer_guard("allow"), jax.checking_leaks():
        return run(jax.random.PRNGKey(seed), x_batch)
