"""Evidence: which Flax variables a call created or applied, and under which lifted transforms.

Flax is instrumented where every route passes, whatever name the submission calls it by:

- ``flax.core.scope.bind`` makes the root scope of every ``init``, ``apply`` and ``bind``; its
  variables, with their shapes, are what was created or applied;
- ``Scope.param`` and ``Scope.get_variable`` are how a module reads a variable;
- ``flax.core.lift.vmap`` runs around whatever is lifted, so that each read is recorded together
  with the transforms around it.

What is recorded is data about names and shapes; no array is kept once a call is over.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import flax
import jax
import jax.numpy as jnp
import numpy as np
from flax.core import lift, meta
from flax.core import scope as scope_module
from flax.linen import module as linen_module
from jax._src import core as jax_core

MAX_RECORDS = 20_000

VariableRecord = tuple[str, tuple[str, ...], tuple[int, ...], str, bool]
TransformRecord = tuple[str, str, bool, str]
ReadRecord = tuple[str, tuple[str, ...], tuple[TransformRecord, ...], bool, str]


@dataclass
class _Around(threading.local):
    """What surrounds the code that runs on a thread."""

    transforms: list[_Lifted] = field(default_factory=list)
    output_is_dropped: int = 0


@dataclass(frozen=True)
class _Lifted:
    """The arguments of one lifted transform."""

    name: str
    variable_axes: Mapping[Any, Any]
    split_rngs: Mapping[Any, Any]
    axes: str


@dataclass
class Recorder:
    """Collects what Flax does between `start` and `finish`."""

    roots: list[tuple[Any, frozenset[tuple[str, tuple[str, ...]]]]] = field(default_factory=list)
    reads: set[ReadRecord] = field(default_factory=set)
    overflowed: bool = False
    perturbing: bool = False

    def start(self, *, perturbing: bool = False) -> None:
        """Forget everything; with `perturbing`, lifted outputs are falsified from now on."""
        self.roots, self.reads, self.overflowed = [], set(), False
        self.perturbing = perturbing

    def finish(self) -> dict[str, Any]:
        """Return the evidence since `start` as plain data, in an order of its own."""
        variables: set[VariableRecord] = set()
        for scope, given in self.roots:
            for collection, path, leaf in _leaves(scope._variables):
                shape, dtype = _full_shape(leaf)
                variables.add((collection, path, shape, dtype, (collection, path) in given))
                if len(variables) > MAX_RECORDS:
                    self.overflowed = True
                    break
        evidence = {
            "variables": sorted(variables),
            "reads": sorted(self.reads),
            "overflowed": self.overflowed,
        }
        self.start()
        return evidence


def instrument() -> Recorder:
    """Instrument Flax in this process, once, and return the recorder that it feeds."""
    recorder, around = Recorder(), _Around()
    _record_roots(recorder)
    _record_reads(recorder, around)
    _record_transforms(recorder, around)
    _notice_dropped_outputs(around)
    return recorder


def _record_roots(recorder: Recorder) -> None:
    bind = scope_module.bind

    @functools.wraps(bind)
    def recording_bind(variables: Any, *args: Any, **kwargs: Any) -> Any:
        scope = bind(variables, *args, **kwargs)
        if len(recorder.roots) < MAX_RECORDS:
            given = frozenset((col, path) for col, path, _ in _leaves(scope._variables))
            recorder.roots.append((scope, given))
        else:
            recorder.overflowed = True
        return scope

    scope_module.bind = recording_bind
    flax.core.bind = recording_bind


def _record_reads(recorder: Recorder, around: _Around) -> None:
    def note(scope: Any, collection: str, name: str) -> None:
        transforms = tuple(_resolve(lifted, collection) for lifted in around.transforms)
        if not transforms and _inside_plain_vmap():
            transforms = (("jax.vmap", "undeclared", False, ""),)
        dropped = around.output_is_dropped > 0
        path = (*(str(part) for part in scope.path), str(name))
        read = (str(collection), path, transforms, dropped, _reading_module())
        if len(recorder.reads) < MAX_RECORDS:
            recorder.reads.add(read)
        else:
            recorder.overflowed = True

    param = scope_module.Scope.param
    get_variable = scope_module.Scope.get_variable

    @functools.wraps(param)
    def recording_param(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        value = param(self, name, *args, **kwargs)
        note(self, "params", name)
        return value

    @functools.wraps(get_variable)
    def recording_get(self: Any, col: str, name: str, default: Any = None) -> Any:
        if self.has_variable(col, name):
            note(self, col, name)
        return get_variable(self, col, name, default)

    scope_module.Scope.param = recording_param  # type: ignore[method-assign]
    scope_module.Scope.get_variable = recording_get  # type: ignore[method-assign]


def _record_transforms(recorder: Recorder, around: _Around) -> None:
    """Note what is lifted. A perturbed call shows whether the answer comes from a lifted output."""
    vmap = lift.vmap

    @functools.wraps(vmap)
    def recording_vmap(
        fn: Callable[..., Any],
        variable_axes: Mapping[Any, Any],
        split_rngs: Mapping[Any, Any],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        mapped = kwargs.get("in_axes", args[0] if args else 0)
        stacked = kwargs.get("out_axes", args[1] if len(args) > 1 else 0)
        axes = f"in_axes {mapped}, out_axes {stacked}"[:200]
        lifted = _Lifted("vmap", dict(variable_axes), dict(split_rngs), axes)

        @functools.wraps(fn)
        def inside(*inner_args: Any, **inner_kwargs: Any) -> Any:
            around.transforms.append(lifted)
            try:
                return fn(*inner_args, **inner_kwargs)
            finally:
                around.transforms.pop()

        run = vmap(inside, variable_axes, split_rngs, *args, **kwargs)

        @functools.wraps(run)
        def outside(*inner_args: Any, **inner_kwargs: Any) -> Any:
            output = run(*inner_args, **inner_kwargs)
            return jax.tree_util.tree_map(_falsify, output) if recorder.perturbing else output

        return outside

    lift.vmap = recording_vmap
    flax.core.vmap = recording_vmap


def _notice_dropped_outputs(around: _Around) -> None:
    """Mark what runs inside an `init`, which throws the module's output away."""

    @contextlib.contextmanager
    def dropping() -> Iterator[None]:
        around.output_is_dropped += 1
        try:
            yield
        finally:
            around.output_is_dropped -= 1

    method_init = linen_module.Module.init

    @functools.wraps(method_init)
    def recording_init(self: Any, *args: Any, **kwargs: Any) -> Any:
        with dropping():
            return method_init(self, *args, **kwargs)

    function_init = linen_module.init

    @functools.wraps(function_init)
    def recording_function_init(*args: Any, **kwargs: Any) -> Any:
        initialise = function_init(*args, **kwargs)

        @functools.wraps(initialise)
        def run(*inner_args: Any, **inner_kwargs: Any) -> Any:
            with dropping():
                return initialise(*inner_args, **inner_kwargs)

        return run

    linen_module.Module.init = recording_init  # type: ignore[method-assign]
    linen_module.init = recording_function_init
    flax.linen.init = recording_function_init


def _resolve(lifted: _Lifted, collection: str) -> TransformRecord:
    """Return (transform, axis of the collection, whether the params key is split, other axes).

    The axis is "None", an integer's digits, or "undeclared".
    """
    axis = "undeclared"
    for selector, declared in lifted.variable_axes.items():
        if scope_module.in_filter(selector, collection):
            axis = str(getattr(declared, "axis", declared))
            break
    split = False
    for selector, declared in lifted.split_rngs.items():
        if scope_module.in_filter(selector, "params"):
            split = bool(declared)
            break
    return lifted.name, axis[:20], split, lifted.axes


def _falsify(leaf: Any) -> Any:
    """Return an output that is another, of the same type; twice falsified it is still another."""
    if isinstance(leaf, jax.Array) and jnp.issubdtype(leaf.dtype, jnp.inexact):
        return (1 + 2 * abs(leaf)).astype(leaf.dtype)
    return leaf


def _inside_plain_vmap() -> bool:
    """Tell whether a `jax.vmap` is being traced; it only serves to name a mistake."""
    context = getattr(jax_core, "trace_ctx", None)
    return type(getattr(context, "trace", None)).__name__ == "BatchTrace"


def _reading_module() -> str:
    stack = getattr(linen_module._context, "module_stack", [None])
    reader = stack[-1] if stack else None
    return "" if reader is None else str(type(reader).__name__)[:100]


def _leaves(variables: Any) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    for collection, tree in variables.items():
        for path, leaf in jax.tree_util.tree_leaves_with_path(meta.unbox(tree)):
            yield str(collection), tuple(_key(part) for part in path), leaf


def _key(part: Any) -> str:
    for name in ("key", "name", "idx"):
        if hasattr(part, name):
            return str(getattr(part, name))[:200]
    return str(part)[:200]


def _full_shape(leaf: Any) -> tuple[tuple[int, ...], str]:
    """Return a variable's shape with every axis that an outer `jax.vmap` maps over put back."""
    try:
        shape = tuple(int(size) for size in jnp.shape(leaf))
        dtype = str(leaf.dtype if hasattr(leaf, "dtype") else np.result_type(leaf))
    except (TypeError, ValueError):
        return (), "not an array"
    while type(leaf).__name__ == "BatchTracer":
        axis = leaf.batch_dim
        if isinstance(axis, int):
            whole = tuple(int(size) for size in jnp.shape(leaf.val))
            shape = (whole[axis], *shape)
        leaf = leaf.val
    return shape, dtype[:40]
