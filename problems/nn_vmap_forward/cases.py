"""Inputs of nn_vmap_forward: strategies and edge cases. Nothing here knows an answer.

Sizes run from 1 to 32. Edge cases are pinned where mistakes hide: a size of 1, equal sizes (in
which a wrong axis fits by luck), both ends of the seed, zeros, and large and tiny values.
"""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

LARGEST_SIZE = 32
LARGEST_SEED = 2**31 - 1
LARGEST_VALUE = 1e4
TINY_VALUE = 1e-30


def shapes():
    """Strategy of {"B", "in_dim", "features"}: any sizes, now and then some of them equal."""
    size = st.integers(1, LARGEST_SIZE)
    free = st.tuples(size, size, size)
    equal = st.tuples(size, size).flatmap(
        lambda pair: st.permutations([pair[0], pair[0], pair[1]]).map(tuple)
    )
    return (free | free | equal).map(_shape)


def arguments(shape):
    """Strategies of the three arguments for one shape."""
    return {
        "seed": st.integers(0, LARGEST_SEED),
        "x_batch": _batches((shape["B"], shape["in_dim"])),
        "features": st.just(shape["features"]),
    }


def pinned():
    """Edge cases as (shape, arguments); the first ones are in general position."""
    general, tall = _shape((2, 3, 4)), _shape((4, 2, 3))
    return [
        _case(general, 1),
        _case(tall, 20),
        _case(general, 0),
        _case(general, LARGEST_SEED),
        _case(general, 7, scale=0.0),
        _case(general, 8, scale=LARGEST_VALUE / 4),
        _case(general, 9, scale=TINY_VALUE),
        _case(_shape((1, 3, 2)), 3),
        _case(_shape((3, 1, 2)), 4),
        _case(_shape((3, 2, 1)), 5),
        _case(_shape((2, 2, 2)), 6),
        _case(_shape((2, 3, 3)), 10),
        _case(_shape((3, 3, 2)), 11),
        _case(_shape((2, 1, 1)), 12),
        _case(_shape((1, 1, 1)), 13),
    ]


def _batches(shape):
    """Batches, the simple ones first, as shrinking goes that way: 1, 2, 3, ... before all else."""
    counting = np.arange(1, shape[0] * shape[1] + 1, dtype=np.float32).reshape(shape)
    element = st.floats(-LARGEST_VALUE, LARGEST_VALUE, width=32)
    small = st.integers(-4, 4).map(np.float32)
    sparse = hnp.arrays(np.float32, shape, elements=small, fill=st.just(np.float32(0)))
    mixed = hnp.arrays(np.float32, shape, elements=element, fill=element)
    dense = st.builds(
        lambda seed, scale: _normal(shape, seed, scale),
        st.integers(0, 2**32 - 1),
        st.sampled_from([1.0, 1.0, 1.0, 0.01, 100.0, LARGEST_VALUE / 4, TINY_VALUE]),
    )
    return st.just(counting) | sparse | dense | dense | mixed


def _normal(shape, seed, scale):
    values = np.random.default_rng(seed).normal(size=shape) * scale
    return np.clip(values, -LARGEST_VALUE, LARGEST_VALUE).astype(np.float32)


def _case(shape, seed, scale=1.0):
    batch = _normal((shape["B"], shape["in_dim"]), seed, scale)
    return shape, {"seed": seed, "x_batch": batch, "features": shape["features"]}


def _shape(sizes):
    return dict(zip(("B", "in_dim", "features"), sizes, strict=True))
