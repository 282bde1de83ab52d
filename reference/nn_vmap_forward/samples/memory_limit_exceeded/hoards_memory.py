# points: 0
"""It keeps far more in memory than it needs.

For every step of a very long loop an array of 8 MiB is added to a list, and none is ever let go, so
the memory fills up within seconds. The output needs a few kilobytes at most.

Hint: Ask of everything you keep whether the answer needs it.
"""

import flax.linen as nn
import jax
import numpy as np


def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)

    history = []
    for step in range(1_000_000):
        history.append(np.full((2, 1024, 1024), step, dtype=np.float32))

    return model.apply(params, x_batch).reshape(-1)
