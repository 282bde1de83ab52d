# verdict: wrong_structure
# says: its output does not affect your result
import jax, jax.numpy as jnp, numpy as np, functools
import flax
from flax import linen as nn
V = nn.vmap(nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False})
def nn_vmap_forward(seed, x, features):
    m=V(features)
    p=m.init(jax.random.PRNGKey(seed),x)['params']
    jax.eval_shape(m.apply,{'params':p},x)
    return (x@p['kernel']+p['bias']).ravel()
