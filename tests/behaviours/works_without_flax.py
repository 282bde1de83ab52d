# verdict: wrong_structure
# says: no flax.linen layer
import jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    import flax.core.scope as scope

    key = jax.random.PRNGKey(seed)
    key = scope.LazyRng.create(key, 1).as_jax_rng()
    kernel = jax.nn.initializers.lecun_normal()(key, (x_batch.shape[1], features))
    return (x_batch @ kernel + jnp.zeros(features)).ravel()
