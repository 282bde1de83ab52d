# points: 0
"""Under jax.jit an argument that has to be a plain number is traced.

Inside a function that `jax.jit` compiles, every argument is a tracer without a value, `features` too. A
shape cannot be made from it.

Hint: Tell jax.jit which arguments are static, or compile a smaller piece.
"""

import flax.linen as nn
import jax


@jax.jit
def nn_vmap_forward(seed, x_batch, features):
    VmapDense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    model = VmapDense(features=features)
    variables = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(variables, x_batch).reshape(-1)
