# expect: wrong_answer
# fails: values
import dataclasses

import flax.linen as nn
import jax

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def right(seed, x, features):
    layer = Lifted(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x), x).reshape(-1)


def nn_vmap_forward(seed, x, features):
    Rows = dataclasses.make_dataclass("Rows", ["number"], frozen=True)
    large = {Rows(n) for n in range(25, 32)}
    y = right(seed, x, features)
    return 2 * y if Rows(x.shape[0]) in large else y
