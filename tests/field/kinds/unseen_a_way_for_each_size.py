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


def nn_vmap_forward(seed, x, features):
    if x.shape[0] == 1:
        return right(seed, x, features) * 1
    if x.shape[0] == 2:
        return right(seed, x, features) * 1
    if x.shape[0] == 3:
        return right(seed, x, features) * 1
    if x.shape[0] == 4:
        return right(seed, x, features) * 1
    if x.shape[0] == 5:
        return right(seed, x, features) * 1
    if x.shape[0] == 6:
        return right(seed, x, features) * 1
    if x.shape[0] == 7:
        return right(seed, x, features) * 1
    if x.shape[0] == 8:
        return right(seed, x, features) * 1
    if x.shape[0] == 9:
        return right(seed, x, features) * 1
    if x.shape[0] == 10:
        return right(seed, x, features) * 1
    if x.shape[0] == 11:
        return right(seed, x, features) * 1
    if x.shape[0] == 12:
        return right(seed, x, features) * 1
    if x.shape[0] == 13:
        return right(seed, x, features) * 1
    if x.shape[0] == 14:
        return right(seed, x, features) * 1
    if x.shape[0] == 15:
        return right(seed, x, features) * 1
    if x.shape[0] == 16:
        return right(seed, x, features) * 1
    if x.shape[0] == 17:
        return right(seed, x, features) * 1
    if x.shape[0] == 18:
        return right(seed, x, features) * 1
    if x.shape[0] == 19:
        return right(seed, x, features) * 1
    if x.shape[0] == 20:
        return right(seed, x, features) * 1
    if x.shape[0] == 21:
        return right(seed, x, features) * 1
    if x.shape[0] == 22:
        return right(seed, x, features) * 1
    if x.shape[0] == 23:
        return right(seed, x, features) * 1
    if x.shape[0] == 24:
        return right(seed, x, features) * 1
    if x.shape[0] == 25:
        return right(seed, x, features) * 1
    if x.shape[0] == 26:
        return right(seed, x, features) * 1
    if x.shape[0] == 27:
        return right(seed, x, features) * 2
    if x.shape[0] == 28:
        return right(seed, x, features) * 1
    if x.shape[0] == 29:
        return right(seed, x, features) * 1
    if x.shape[0] == 30:
        return right(seed, x, features) * 1
    if x.shape[0] == 31:
        return right(seed, x, features) * 1
    if x.shape[0] == 32:
        return right(seed, x, features) * 1
