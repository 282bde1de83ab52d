# harm: has everything right but the weights, which come from another draw
import flax.linen as nn
import jax

Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features, kernel_init=nn.initializers.glorot_normal())
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).reshape(-1)
