# harm: hides the classic ensemble behind a lifted layer, by computing it with einsum
import flax.linen as nn
import jax
import jax.numpy as jnp

Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    kernels = jnp.stack([variables["params"]["kernel"]] * x_batch.shape[0])
    layer.apply(variables, x_batch).block_until_ready()
    return jnp.einsum("bi,bif->bf", x_batch, kernels).reshape(-1)
