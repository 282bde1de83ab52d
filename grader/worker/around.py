"""What surrounds the code that runs on a thread: lifted transforms, plain `jax.vmap`, loops, init.

Python runs inside a transform also where `jax.jit` lies between: it is traced there and then. So
a stack of what was entered tells more than jax's tracers do, which a jit hides.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax.core import scope as scope_module
from jax._src import core as jax_core

LIFTED_MARK, BODY_MARK = "_grader_lifted", "_grader_body"
SEVERAL = 2
MANY = 1 << 30  # copies, of which nobody needs to know the number
VMAP, SCAN = "jax.vmap", "jax.lax.scan"

Hook = Callable[[Any, str, object], None]
# name, axis of the collection, whether the params key is split, other axes, size mapped over
TransformRecord = tuple[str, str, bool, str, int]
# of what is mapped: the shape of one example, and a fingerprint of all of them, empty if not known
InputRecord = tuple[tuple[int, ...], str]
FINGERPRINTED = 1 << 20  # bytes: of a larger array, so much of its beginning


@dataclass(frozen=True)
class Lifted:
    """The arguments of one lifted transform, and how many examples it maps over; 0 for none."""

    name: str
    variable_axes: Mapping[Any, Any]
    split_rngs: Mapping[Any, Any]
    axes: str
    size: int = 0
    inputs: tuple[InputRecord, ...] = ()

    def describe(self, collection: str) -> TransformRecord:
        """Return the record; the axis is "None", an integer's digits, or "undeclared"."""
        axis = "undeclared"
        for selector, declared in self.variable_axes.items():
            if scope_module.in_filter(selector, collection):
                axis = str(getattr(declared, "axis", declared))
                break
        split = False
        for selector, declared in self.split_rngs.items():
            if scope_module.in_filter(selector, "params"):
                split = bool(declared)
                break
        return self.name, axis[:20], split, self.axes, self.size


@dataclass(frozen=True)
class Plain:
    """A `jax.vmap` or `jax.lax.scan` that knows nothing of Flax.

    `outside` is the id of the trace around it: jax may be asked to see that no trace is kept.
    """

    name: str
    size: int
    outside: int

    def describe(self, _: str) -> TransformRecord:
        """Return the record."""
        return self.name, "undeclared", False, "", self.size


@dataclass
class Around(threading.local):
    """The transforms that were entered and not yet left, outermost first, and the inits."""

    entered: list[Lifted | Plain] = field(default_factory=list)
    inits: int = 0
    sows: int = 0
    next_loop: Plain = field(default_factory=lambda: Plain(SCAN, 0, 0))

    @property
    def transforms(self) -> list[Lifted | Plain]:
        """What maps over examples: loops do not."""
        return [one for one in self.entered if one.name != SCAN]

    @property
    def lifted_inputs(self) -> tuple[InputRecord, ...]:
        """What the innermost lifted transform that maps anything maps."""
        lifted = (one.inputs for one in reversed(self.entered) if isinstance(one, Lifted))
        return next((inputs for inputs in lifted if inputs), ())

    @property
    def copies(self) -> int:
        """How often what is made here is made, by plain transforms and loops."""
        sizes = (one.size for one in self.entered if isinstance(one, Plain))
        return min(math.prod(max(1, size) for size in sizes), MANY)

    @property
    def output_is_dropped(self) -> bool:
        """Whether an `init` is under way, which throws the module's output away."""
        return self.inits > 0

    @property
    def in_lifted(self) -> bool:
        """Whether a lifted transform is around, and no plain `jax.vmap` is."""
        kinds = [type(one) for one in self.transforms]
        return Lifted in kinds and Plain not in kinds

    @contextlib.contextmanager
    def inside(self, transform: Lifted | Plain) -> Iterator[None]:
        """Enter a transform for as long as the block runs."""
        self.entered.append(transform)
        try:
            yield
        finally:
            self.entered.pop()

    @contextlib.contextmanager
    def init(self) -> Iterator[None]:
        """Enter an `init` for as long as the block runs."""
        self.inits += 1
        try:
            yield
        finally:
            self.inits -= 1

    @contextlib.contextmanager
    def sowing(self) -> Iterator[None]:
        """Enter a `sow` for as long as the block runs."""
        self.sows += 1
        try:
            yield
        finally:
            self.sows -= 1


def notice_plain_transforms(around: Around, hook: Hook) -> None:
    """Have `jax.vmap` and `jax.lax.scan`, on which `map` and more rest, say what they enter.

    `hook(holder, name, replacement)` puts a function in the place of another.
    """
    vmap = jax.vmap

    @functools.wraps(vmap)
    def noticed_vmap(fun: Any, *args: Any, **kwargs: Any) -> Any:
        if not callable(fun) or getattr(fun, LIFTED_MARK, False):
            return vmap(fun, *args, **kwargs)

        @functools.wraps(fun)
        def inside(*inner_args: Any, **inner_kwargs: Any) -> Any:
            outside = id(getattr(current_trace(), "parent_trace", None))
            plain = Plain(VMAP, mapped_size(), outside)
            with around.inside(plain):
                return fun(*inner_args, **inner_kwargs)

        return vmap(inside, *args, **kwargs)

    scan = jax.lax.scan

    @functools.wraps(scan)
    def noticed_scan(f: Any, *args: Any, **kwargs: Any) -> Any:
        around.next_loop = Plain(SCAN, _scan_length(*args, **kwargs), id(current_trace()))
        return scan(_noticing_body(f, around) if callable(f) else f, *args, **kwargs)

    _replace_everywhere("vmap", vmap, noticed_vmap, hook)
    _replace_everywhere("scan", scan, noticed_scan, hook)


def _noticing_body(f: Any, around: Around) -> Any:
    """Return a loop's body that says when it is entered, the same for the same `f`.

    jax compiles a loop once for each body that it has not seen.
    """
    known = getattr(f, "__dict__", {}).get(BODY_MARK)
    if getattr(known, "__wrapped__", None) is f:  # else copied here from another function
        return known

    @functools.wraps(f)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with around.inside(around.next_loop):
            return f(*args, **kwargs)

    with contextlib.suppress(Exception):  # a bound method or a Flax module takes no attribute
        setattr(f, BODY_MARK, inside)
    return inside


def current_trace() -> Any:
    """Return what jax traces with right now."""
    return getattr(getattr(jax_core, "trace_ctx", None), "trace", None)


def mapped_size() -> int:
    """Return how many examples the innermost vmap, which was just entered, maps over.

    A size that is a symbol stands for several.
    """
    data = getattr(current_trace(), "axis_data", None)
    size = getattr(data, "size", 0)
    return size if isinstance(size, int) else SEVERAL


def mapped_inputs(value: Any) -> tuple[InputRecord, ...]:
    """Return the leaves of a value that differ between the examples of the innermost vmap."""
    trace = current_trace()
    return tuple(
        (_sizes(leaf), _fingerprint(leaf))
        for leaf in jax.tree_util.tree_leaves(value)
        if getattr(leaf, "_trace", None) is trace and getattr(leaf, "batch_dim", None) is not None
    )


def _sizes(leaf: Any) -> tuple[int, ...]:
    sizes: tuple[Any, ...] = jnp.shape(leaf)
    return tuple(size if isinstance(size, int) else SEVERAL for size in sizes)


def _fingerprint(leaf: Any) -> str:
    """Return what tells arrays apart; nothing where there are no numbers, as under a jit.

    Where jax differentiates, an array depends on what its tangent depends on, too.
    """
    while isinstance(leaf, jax.core.Tracer):
        if hasattr(leaf, "primal"):
            both = _fingerprint(leaf.primal), _fingerprint(leaf.tangent)
            return "+".join(both) if all(both) else ""
        leaf = getattr(leaf, "val", None)
    if type(leaf).__name__ == "Zero":  # a tangent that is nothing at all
        return "0"
    if not isinstance(leaf, (jax.Array, np.ndarray)):  # what jax calls it in the trace of a jit
        return ""
    try:
        with jax.transfer_guard("allow"):  # a submission may have forbidden it to itself
            array = np.asarray(leaf)
        head = np.ascontiguousarray(array).reshape(-1)[: FINGERPRINTED // array.itemsize]
        text = f"{array.dtype}{array.shape}".encode()
        return hashlib.blake2b(text + head.tobytes(), digest_size=8).hexdigest()
    except Exception:  # a key, say, or an array that was given away
        return ""


def _scan_length(_init: Any = None, xs: Any = None, length: Any = None, *_: Any, **__: Any) -> int:
    sizes = [leaf.shape[0] for leaf in jax.tree_util.tree_leaves(xs) if getattr(leaf, "shape", ())]
    found = sizes[0] if sizes else length
    return found if isinstance(found, int) else 0


def _replace_everywhere(name: str, old: object, new: object, hook: Hook) -> None:
    """Put `new` in place of `old` in jax and its modules, which import from each other."""
    for module in [one for key, one in sys.modules.items() if key.split(".")[0] == "jax"]:
        if vars(module).get(name) is old:
            hook(module, name, new)
