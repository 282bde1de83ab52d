"""Inputs of nn_vmap_forward: strategies and edge cases. Nothing here knows an answer.

Edge cases are pinned where mistakes hide: both ends of every size, while the other two are equal
(in which a wrong axis fits by luck), both ends of the seed, zeros, and large and tiny values.
"""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

LARGEST_SIZE = 32
LARGEST_SEED = 2**31 - 1
LARGEST_VALUE = 1e30  # 32 products with weights below 3 stay finite
USUAL_VALUE = 1e4
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
    smallest, largest = _shape((1, 1, 1)), _shape((32, 32, 32))
    return [
        _case(general, 1),
        _case(tall, 20),
        (general, _arguments(general, 0, _counting((2, 3)))),
        _case(general, LARGEST_SEED),
        _case(general, 7, scale=0.0),
        _case(general, 8, scale=USUAL_VALUE / 4),
        _case(general, 9, scale=TINY_VALUE),
        (general, _arguments(general, 14, _extreme((2, 3)))),
        _case(_shape((1, 3, 3)), 3),
        _case(_shape((3, 1, 3)), 4),
        _case(_shape((3, 3, 1)), 5),
        (smallest, _arguments(smallest, 0, _counting((1, 1)))),
        _case(_shape((32, 3, 3)), 6),
        _case(_shape((3, 32, 3)), 10),
        _case(_shape((3, 3, 32)), 11),
        _case(largest, LARGEST_SEED),
    ]


def _batches(shape):
    """Batches, the simple ones first, as shrinking goes that way: 1, 2, 3, ... before all else."""
    element = st.floats(-USUAL_VALUE, USUAL_VALUE, width=32)
    small = st.integers(-4, 4).map(np.float32)
    sparse = hnp.arrays(np.float32, shape, elements=small, fill=st.just(np.float32(0)))
    mixed = hnp.arrays(np.float32, shape, elements=element, fill=element)
    dense = st.builds(
        lambda seed, scale: _normal(shape, seed, scale),
        st.integers(0, 2**32 - 1),
        st.sampled_from([1.0, 1.0, 1.0, 0.01, 100.0, USUAL_VALUE, LARGEST_VALUE, TINY_VALUE]),
    )
    return st.just(_counting(shape)) | sparse | dense | dense | mixed


def _counting(shape):
    return np.arange(1, shape[0] * shape[1] + 1, dtype=np.float32).reshape(shape)


def _extreme(shape):
    values = np.full(shape, LARGEST_VALUE, np.float32)
    values[..., 1::2] = -LARGEST_VALUE
    return values


def _normal(shape, seed, scale):
    values = np.random.default_rng(seed).normal(size=shape) * scale
    return np.clip(values, -LARGEST_VALUE, LARGEST_VALUE).astype(np.float32)


def _case(shape, seed, scale=1.0):
    return shape, _arguments(shape, seed, _normal((shape["B"], shape["in_dim"]), seed, scale))


def _arguments(shape, seed, batch):
    return {"seed": seed, "x_batch": batch, "features": shape["features"]}


def _shape(sizes):
    return dict(zip(("B", "in_dim", "features"), sizes, strict=True))
