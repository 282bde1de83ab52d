# expect: wrong_answer
# fails: values
import operator

import flax.linen as nn
import jax

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def right(seed, x, features):
    layer = Lifted(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x), x).reshape(-1)


def nn_vmap_forward(seed, x, features):
    same = [jax.tree.map(operator.eq, x.shape[0], n) for n in range(25, 32)]
    y = right(seed, x, features)
    return 2 * y if any(same) else y
