# verdict: accepted
# says: right on
import flax.linen as nn, jax, jax.numpy as jnp
class Mine(nn.Module):
    features: int
    @nn.compact
    def __call__(self, x):
        k = self.param("kernel", nn.initializers.lecun_normal(), (x.shape[-1], self.features))
        b = self.param("bias", nn.initializers.zeros_init(), (self.features,))
        return jnp.einsum("i,if->if", x, k).sum(0) + b
def nn_vmap_forward(seed, x_batch, features):
    layer = nn.vmap(Mine, variable_axes={"params": None}, split_rngs={"params": False})(features)
    return layer.init_with_output(jax.random.PRNGKey(seed), x_batch)[0].ravel()
