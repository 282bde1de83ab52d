# points: 75
"""You create one copy of the params per row, then keep the first.

Two lifted classes are at work: one with `variable_axes={"params": 0}` to initialise, one that shares
its params to apply. The copies are equal, so keeping the first gives the right answer, but a
batch of layers was created on the way, which costs memory and hides what the model is.

Hint: The class that you apply can initialise itself; then there is nothing to collapse.
"""

import flax.linen as nn
import jax


def nn_vmap_forward(seed, x_batch, features):
    Stacked = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": 0},
        split_rngs={"params": False},
    )
    Shared = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    stacked = Stacked(features).init(jax.random.PRNGKey(seed), x_batch)
    params = jax.tree_util.tree_map(lambda leaf: leaf[0], stacked)
    return Shared(features).apply(params, x_batch).reshape(-1)
