# points: 100
"""nn.vmap as the decorator of a method.

Only __call__ of a subclass of nn.Dense is lifted, not the whole class.
"""

import functools

import flax.linen as nn
import jax


class RowDense(nn.Dense):
    @functools.partial(
        nn.vmap,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    def __call__(self, row):
        return super().__call__(row)


def nn_vmap_forward(seed, x_batch, features):
    model = RowDense(features=features)
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
