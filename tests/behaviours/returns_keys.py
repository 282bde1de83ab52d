# verdict: wrong_answer
# says: returned dtype key<fry>, expected float32
import jax


def nn_vmap_forward(seed, x_batch, features):
    return jax.random.split(jax.random.key(seed), x_batch.shape[0] * features)
