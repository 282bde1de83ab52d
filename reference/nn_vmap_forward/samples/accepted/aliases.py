# points: 100
"""Everything goes by another name.

The module, the transform and the layer are renamed before they are used.
"""

import flax
import jax as j
import jax.numpy as jnp

L = flax.linen
lift = L.vmap
Layer = L.Dense
SHARED, SAME_KEY = {"params": None}, {"params": False}


def nn_vmap_forward(s, xs, n):
    net = lift(Layer, SHARED, SAME_KEY)(n)
    weights = net.init(j.random.PRNGKey(s), xs)
    return jnp.reshape(net.apply(weights, xs), (xs.shape[0] * n,))
