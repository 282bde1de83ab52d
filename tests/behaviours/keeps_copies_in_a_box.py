# verdict: wrong_structure
# says: params/bias has shape (2, 4), not (4,): 2 of them
import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax.core import meta

Lifted = nn.vmap(nn.Dense, in_axes=0, out_axes=0,
                 variable_axes={"params": None}, split_rngs={"params": False})


@flax.struct.dataclass
class Copies(meta.AxisMetadata):
    value: jax.Array

    def unbox(self):
        return self.value[0]

    def replace_boxed(self, value):
        return self.replace(value=jnp.broadcast_to(value, self.value.shape))

    def add_axis(self, index, params):
        return self

    def remove_axis(self, index, params):
        return self


def nn_vmap_forward(seed, x_batch, features):
    layer = Lifted(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    boxed = jax.tree.map(lambda a: Copies(jnp.stack([a] * len(x_batch))), variables)
    return layer.apply(boxed, x_batch).reshape(-1)
