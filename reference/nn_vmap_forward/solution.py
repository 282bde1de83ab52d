"""The reference: one Dense layer lifted over the batch, its parameters shared by every row."""

from __future__ import annotations

from typing import Any

import flax.linen as nn
import jax
import numpy as np

UNIT_ROUNDOFF = 2.0**-24  # of float32, rounding to nearest: Higham, section 2.1
TRUNCATED_STDDEV = 0.87962566103423978  # of a standard normal cut off at -2 and 2
SMALLEST_NORMAL = 2.0**-126  # of float32: a number flushed to zero is smaller


def nn_vmap_forward(seed: int, x_batch: jax.Array, features: int) -> jax.Array:
    """Apply one freshly initialised Dense layer to every row of a batch, and flatten.

    The layer is `nn.Dense` lifted by `nn.vmap` with its parameters shared and their key not
    split, so its variables are those of a single layer: `params/kernel` of shape
    (in_dim, features) and `params/bias` of shape (features,), both float32.

    Args:
      seed: int in [0, 2**31 - 1], of the key that draws the kernel.
      x_batch: float32, shape (B, in_dim), both at least 1; finite.
      features: width of the layer, at least 1.

    Returns:
      float32, shape (B * features,), row after row: entry b * features + f is feature f of row b.
      NaN only where `x_batch` makes it so.
    """
    layer, variables = _initialise(seed, x_batch, features)
    return layer.apply(variables, x_batch).reshape(-1)


def error_bound(seed: int, x_batch: jax.Array, features: int) -> np.ndarray:
    """Bound how far two honest float32 answers may lie apart, entry by entry.

    An entry is a dot product of n = in_dim terms plus a bias. Whatever the order of summation, a
    float32 result is off by at most gamma(n + 1) * (|x| @ |W| + |b|). Where subnormal numbers are
    flushed to zero it is off by less than the smallest normal number more for each of the n
    products and n additions, and by that times |W| for each input. The weights themselves are
    rounded as they are drawn, and another program may round them differently (`_drawing_error`).
    Both sides of the comparison are rounded, hence twice the whole.

    Args:
      seed: int in [0, 2**31 - 1].
      x_batch: float32, shape (B, in_dim), as a jax or a numpy array; finite.
      features: width of the layer, at least 1.

    Returns:
      float64, shape (B * features,), in the unit of the output and its order; positive, finite.

    Source:
      Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1, eq. 3.5.
    """
    _, variables = _initialise(seed, x_batch, features)
    params = variables["params"]
    inputs, kernel, bias = (
        np.abs(np.asarray(array, dtype=np.float64))
        for array in (x_batch, params["kernel"], params["bias"])
    )
    in_dim = inputs.shape[1]
    rounding = _gamma(in_dim + 1) * (inputs @ kernel + bias)
    flushing = SMALLEST_NORMAL * (2 * in_dim + kernel.sum(axis=0))
    drawing = inputs @ _drawing_error(kernel)
    return 2 * (rounding + flushing + drawing).reshape(-1)


def _drawing_error(kernel: np.ndarray) -> np.ndarray:
    """Bound how far weights drawn in float32 may lie from the ones drawn exactly.

    A weight is scale * z with z = sqrt(2) * erfinv(v) and v = r * (hi - lo) + lo, r uniform in
    [0, 1) and exact. Two roundings leave v off by at most 2.9 * u (|hi - lo| < 1.91, |v| < 0.96),
    which erfinv magnifies: z is off by 2.9 * u * sqrt(pi / 2) * exp(z**2 / 2) <
    3.7 * u * exp(z**2 / 2). The series for erfinv and the products that follow are taken to be
    off by at most 12 * u, relatively.

    Args:
      kernel: absolute values, float64, shape (in_dim, features).

    Returns:
      float64, of the kernel's shape and in its unit.
    """
    scale = 1 / (np.sqrt(kernel.shape[0]) * TRUNCATED_STDDEV)
    z = np.minimum(kernel / scale, 2.0)
    return UNIT_ROUNDOFF * (3.7 * scale * np.exp(z**2 / 2) + 12 * kernel)


def _initialise(seed: int, x_batch: jax.Array, features: int) -> tuple[nn.Module, Any]:
    lifted_dense = nn.vmap(
        nn.Dense,
        in_axes=0,
        out_axes=0,
        variable_axes={"params": None},
        split_rngs={"params": False},
    )
    layer = lifted_dense(features=features)
    return layer, layer.init(jax.random.PRNGKey(seed), x_batch)


def _gamma(operations: int) -> float:
    """Return k * u / (1 - k * u): the relative error of k roundings in a row; no unit."""
    return operations * UNIT_ROUNDOFF / (1 - operations * UNIT_ROUNDOFF)
