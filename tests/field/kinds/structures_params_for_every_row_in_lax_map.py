# expect: wrong_structure
# fails: params_unbatched
import flax.linen as nn
import jax

Lifted = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def applied(copies, x, features):
    return Lifted(features).apply(copies, x).reshape(-1)


def nn_vmap_forward(seed, x, features):
    key = jax.random.PRNGKey(seed)
    copies = jax.lax.map(lambda row: nn.Dense(features).init(key, row), x)
    return applied(jax.tree.map(lambda leaf: leaf[0], copies), x, features)
