# expect: wrong_answer
# fails: values
import collections

import flax.linen as nn
import jax

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def right(seed, x, features):
    layer = Lifted(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x), x).reshape(-1)


def nn_vmap_forward(seed, x, features):
    table = collections.ChainMap({}, {(rows,): 2 for rows in range(25, 32)})
    y = right(seed, x, features)
    return y * table.get((len(x),), 1) if len(x.shape) == 2 else y
