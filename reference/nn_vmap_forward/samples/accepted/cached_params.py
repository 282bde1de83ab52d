# points: 100
"""The params are kept for the next call.

They depend on the seed and the two sizes only, so a dictionary remembers them under these.
"""

import flax.linen as nn
import jax

VmapDense = nn.vmap(
    nn.Dense,
    in_axes=0,
    out_axes=0,
    variable_axes={"params": None},
    split_rngs={"params": False},
)

known_params = {}


def nn_vmap_forward(seed, x_batch, features):
    model = VmapDense(features=features)
    case = (seed, x_batch.shape[1], features)
    if case not in known_params:
        known_params[case] = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(known_params[case], x_batch).reshape(-1)
