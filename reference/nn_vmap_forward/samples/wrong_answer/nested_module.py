# points: 45
"""The lifted layer sits inside another module, so it draws other weights.

Flax mixes a module's path into the key from which its params are drawn. Wrapped in a parent, the
layer's path is no longer empty: its params move below a name of their own, such as `VmapDense_0`,
and the same seed gives a different kernel. In a model of your own that would be fine; here the
weights are those of the layer on its own.

Hint: Initialise and apply the lifted layer itself, without a module around it.
"""

import flax.linen as nn
import jax


class Model(nn.Module):
    features: int

    @nn.compact
    def __call__(self, x):
        VmapDense = nn.vmap(
            nn.Dense,
            in_axes=0,
            out_axes=0,
            variable_axes={"params": None},
            split_rngs={"params": False},
        )
        return VmapDense(features=self.features)(x)


def nn_vmap_forward(seed, x_batch, features):
    model = Model(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
