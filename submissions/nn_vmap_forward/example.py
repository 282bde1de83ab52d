"""One Dense layer for a whole batch: an accepted submission, as an example."""

import flax.linen as nn
import jax


def nn_vmap_forward(seed: int, x_batch: jax.Array, features: int) -> jax.Array:
    """Apply one Dense layer, shared by all rows, to each row of `x_batch`.

    Args:
      seed: the seed of the key that initialises the layer.
      x_batch: float32 array of shape (B, in_dim), one example per row.
      features: how many outputs the layer has.

    Returns:
      A float32 array of shape (B * features,): the rows of the output, one after the other.
    """
    batched_dense = nn.vmap(
        nn.Dense,
        in_axes=0,  # the rows of the input
        out_axes=0,  # become the rows of the output
        variable_axes={"params": None},  # no axis: one kernel and one bias for all rows
        split_rngs={"params": False},  # one set of params needs one key
    )
    layer = batched_dense(features=features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    return layer.apply(variables, x_batch).reshape(-1)
