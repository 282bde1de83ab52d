# verdict: accepted
# says: right on
import flax.linen as nn, jax, jax.numpy as jnp
class Mine(nn.Module):
    features: int
    @nn.compact
    def __call__(self, x):
        k = self.param("kernel", nn.initializers.lecun_normal(), (x.shape[-1], self.features))
        b = self.param("bias", nn.initializers.zeros_init(), (self.features,))
        return x @ k + b, k
def nn_vmap_forward(seed, x_batch, features):
    layer = nn.vmap(Mine, out_axes=(0, None), variable_axes={"params": None}, split_rngs={"params": False})(features)
    (y, k), v = layer.init_with_output(jax.random.PRNGKey(seed), x_batch)
    y = y.ravel()
    return y + 0 * jnp.tile(k[0], x_batch.shape[0])
