# points: 0
"""The file does not define the function.

Whatever else the file holds, it defines no function called `nn_vmap_forward` and none of nearly that
name, so there is nothing to call.

Hint: Start from the starter file: it has the function with the right name and arguments.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


class Classifier(nn.Module):
    features: int

    def setup(self):
        self.layer = nn.Dense(self.features)

    def __call__(self, x):
        return self.layer(x)


def main():
    model = Classifier(features=4)
    x = jnp.ones((2, 3))
    params = model.init(jax.random.PRNGKey(0), x)
    print(model.apply(params, x))


if __name__ == "__main__":
    main()
