# verdict: wrong_structure
# says: every example is multiplied by its own
import jax, jax.numpy as jnp, numpy as np, functools
import flax
from flax import linen as nn
V = nn.vmap(nn.Dense, in_axes=0, out_axes=0, variable_axes={"params": None}, split_rngs={"params": False})
def nn_vmap_forward(seed, x, features):
    m=V(features)
    p=m.init(jax.random.PRNGKey(seed),x)['params']
    m.apply({'params':p},x)
    K=jnp.stack([p['kernel']]*x.shape[0])
    return (jnp.einsum('bi,bif->bf',x,K)+p['bias']).ravel()
