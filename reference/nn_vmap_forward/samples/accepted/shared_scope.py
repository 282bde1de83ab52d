# points: 100
"""A wrapper that shares its scope with the lifted layer.

nn.share_scope makes the parent's path the layer's own, so the weights are the same.
"""

import flax.linen as nn
import jax


class Model(nn.Module):
    features: int

    def setup(self):
        VmapDense = nn.vmap(
            nn.Dense,
            in_axes=0,
            out_axes=0,
            variable_axes={"params": None},
            split_rngs={"params": False},
        )
        self.layer = VmapDense(features=self.features)
        nn.share_scope(self, self.layer)

    def __call__(self, x):
        return self.layer(x).reshape(-1)


def nn_vmap_forward(seed, x_batch, features):
    model = Model(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch)
