# verdict: wrong_answer
# says: it should be
import ctypes

import jax
from flax import linen as nn


def nn_vmap_forward(seed, x_batch, features):
    address = x_batch.unsafe_buffer_pointer()
    ctypes.memset(address, 0, x_batch.nbytes)
    layer = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x_batch), x_batch).ravel()
