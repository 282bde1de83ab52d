# points: 60
"""Two calls with the same arguments give two different answers.

Something besides the arguments goes into the result: for example random numbers of NumPy or Python, the
time, or something kept from an earlier call. In JAX all randomness comes from the key. With a key made
from the seed, the same inputs always give the same answer.

Hint: Call your function twice with the same arguments. Which line gives something new the second time?
"""

import secrets

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    key = jax.random.PRNGKey(secrets.randbelow(2**31))
    model = VmapDense(features=features)
    params = model.init(key, x_batch)
    return model.apply(params, x_batch).reshape(-1)
