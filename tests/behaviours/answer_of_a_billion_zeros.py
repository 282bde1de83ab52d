# verdict: memory_limit_exceeded
# says: ran out of memory: at most 1024 MiB may be used
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    return jnp.zeros(1_000_000_000)
