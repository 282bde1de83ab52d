# harm: has its timers end the worker at any moment, while it answers or waits
import signal

import flax.linen as nn
import jax

Layer = nn.vmap(
    nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False}
)


def nn_vmap_forward(seed, x_batch, features):
    layer = Layer(features)
    variables = layer.init(jax.random.PRNGKey(seed), x_batch)
    answer = layer.apply(variables, x_batch).reshape(-1).block_until_ready()
    for timer in (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL, signal.ITIMER_REAL):
        signal.setitimer(timer, 0.0005, 0.0005)
    return answer
