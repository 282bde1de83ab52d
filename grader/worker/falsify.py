"""Falsifies what passes through Flax, so that a call shows where its answer comes from.

An answer that stays right although every lifted module read false parameters does not come from
those; nor does one from what plain modules read, if it stays right although that was false.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.testing

LIFTED, PLAIN = "lifted", "plain"


def _pass(*_: object, **__: object) -> None:
    """Stand in for an assertion."""


class Falsifier:
    """Falsifies what it is told to: what lifted modules read, or what plain ones do.

    `slightly` changes a number in its last bits alone, which most comparisons inside a
    submission do not notice; then it is the outputs of lifted transforms that are false, as a
    change of what is read may be lost in rounding.
    """

    def __init__(self) -> None:
        self.what, self.slightly = "", False

    def set(self, what: str, *, slightly: bool) -> None:
        """Falsify this from now on; a submission's own tests of what it computes then pass."""
        self.what, self.slightly = what, slightly
        if what:
            for name in [name for name in vars(numpy.testing) if name.startswith("assert_")]:
                setattr(numpy.testing, name, _pass)

    def read(self, value: Any, *, lifted: bool) -> Any:
        """Return what a module reads, inside a lifted transform or not, false if so wanted."""
        wanted = LIFTED if lifted and not self.slightly else PLAIN if not lifted else None
        return self._falsify(value) if self.what == wanted else value

    def output(self, value: Any) -> Any:
        """Return an output of a lifted transform, false if that is what is to be false."""
        return self._falsify(value) if self.what == LIFTED and self.slightly else value

    def _falsify(self, value: Any) -> Any:
        with jax.transfer_guard("allow"):  # a submission may have forbidden it to itself
            return jax.tree_util.tree_map(self._scale, value)

    def _scale(self, leaf: Any) -> Any:
        """Scale every entry, each by another factor than its neighbours; zeros stay zeros."""
        if not isinstance(leaf, jax.Array | np.ndarray) or not jnp.issubdtype(
            leaf.dtype, jnp.inexact
        ):
            return leaf
        position = np.arange(leaf.size).reshape(leaf.shape)
        if self.slightly:
            precision: Any = jnp.finfo
            factor = 1 + 4 * float(precision(leaf.dtype).eps) * (1 + position % 2)
        else:
            factor = 2 + (position % 5) / 4
        return leaf * factor.astype(leaf.dtype)
