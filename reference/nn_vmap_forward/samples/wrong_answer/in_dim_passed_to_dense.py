# points: 35
"""nn.Dense gets the size of its input, as layers of other libraries do.

A Flax layer learns the size of its input from the input itself. The first argument of `nn.Dense`
is the number of features that come out; a second one is taken for `use_bias`.

Hint: Which single number does nn.Dense need?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = BatchDense(x_batch.shape[-1], features)
    params = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(params, x_batch).reshape(-1)
