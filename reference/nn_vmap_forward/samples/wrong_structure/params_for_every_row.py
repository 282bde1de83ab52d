# points: 75
"""You create params for every row, then make one set out of them.

`jax.vmap` runs `init` once for each row, so there are B sets of params, for example to be averaged
or to keep the first of. They are equal, as all of them come from the same key, so the answer is
right. But a batch of layers was created on the way, and with another key for each row the
average would be a layer that nobody has drawn.

Hint: Call init once, outside of any vmap: which of its arguments has to be the whole batch?
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    BatchedDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    key = jax.random.PRNGKey(seed)
    of_each_row = jax.vmap(lambda row: nn.Dense(features).init(key, row))(x_batch)
    params = jax.tree_util.tree_map(lambda leaf: leaf.mean(axis=0), of_each_row)
    return BatchedDense(features).apply(params, x_batch).reshape(-1)
