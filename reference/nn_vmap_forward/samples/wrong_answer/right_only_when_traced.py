# points: 70
"""Your function does one thing while jax traces it and another when it is called.

Under `jax.jit`, or where it is exported, the inputs are tracers and have no numbers yet; your code
asks for that, and only then leaves them as they are. A test that wraps the function in `jax.jit`
sees the right answers, and whoever calls it does not.

Hint: Take the branch on `jax.core.Tracer` out: one path for both.
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
    model = BatchDense(features=features)
    if not isinstance(x_batch, jax.core.Tracer):
        x_batch = x_batch / max(1.0, float(abs(x_batch).max()))
    params = model.init(jax.random.PRNGKey(seed), x_batch)
    return model.apply(params, x_batch).reshape(-1)
