# harm: registers containers with jax that raise, or never end, when they are taken apart
import flax.linen as nn
import jax


class Endless(dict):
    pass


class Hostile(dict):
    pass


def raising(*args):
    raise SystemExit("taken apart")


Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": 0}, split_rngs={"params": False}
)
jax.tree_util.register_pytree_with_keys(Hostile, raising, raising)
jax.tree_util.register_pytree_node(Endless, lambda one: ((one,), None), lambda _, one: one[0])


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    answer = layer.apply(variables, x_batch).reshape(-1)
    for kind in (Hostile, Endless):
        try:
            nn.Dense(features).apply({"params": kind(variables["params"])}, x_batch)
        except (SystemExit, Exception):
            pass
    return answer
