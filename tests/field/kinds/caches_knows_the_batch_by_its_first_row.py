# expect: wrong_answer
# fails: values
import flax.linen as nn
import jax

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def right(seed, x, features):
    layer = Lifted(features)
    return layer.apply(layer.init(jax.random.PRNGKey(seed), x), x).reshape(-1)


kept = {}


def keep(key, *arguments):
    if key not in kept:
        kept[key] = right(*arguments)
    return kept[key]


def nn_vmap_forward(seed, x, features):
    return keep((seed, x.shape, features, x[0].tobytes()), seed, x, features)
