"""Evidence: which Flax variables a call created or applied, and under which lifted transforms.

Flax is instrumented where every route passes, whatever name the submission calls it by:

- ``flax.core.scope.bind`` makes the root scope of every ``init``, ``apply`` and ``bind``; its
  variables, with their shapes, are what was created or applied;
- ``Scope.param``, ``Scope.get_variable`` and ``Scope.variables`` are how a module reads variables;
- ``flax.core.lift.vmap`` runs around whatever is lifted, so that each read is recorded together
  with the transforms around it.

What is recorded is data about names and shapes; no array and no tracer is kept.
"""

from __future__ import annotations

import contextlib
import functools
import weakref
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

from .around import (
    LIFTED_MARK,
    Around,
    InputRecord,
    Lifted,
    Plain,
    TransformRecord,
    mapped_inputs,
    mapped_size,
    notice_plain_transforms,
)
from .falsify import Falsifier

MAX_RECORDS = 5_000
MAX_INPUTS = 200  # of what lifted modules map; who maps more often is seen as far as that
ROOT = "_grader_root"  # where a root scope keeps what is known of it

VariableRecord = tuple[str, tuple[str, ...], tuple[int, ...], str, bool]
ReadRecord = tuple[str, tuple[str, ...], tuple[TransformRecord, ...], bool, str]


@dataclass
class Root:
    """What is known of a root scope: what it was given, and what it was made inside."""

    given: frozenset[tuple[str, tuple[str, ...]]]
    plain: tuple[Plain, ...]
    copies: int
    counted: set[str] = field(default_factory=set)  # collections in which it created something


@dataclass
class Recorder:
    """Collects what Flax does between `start` and `finish`; it never raises."""

    variables: set[VariableRecord] = field(default_factory=set)
    reads: set[ReadRecord] = field(default_factory=set)
    inputs: set[InputRecord] = field(default_factory=set)
    created: dict[str, int] = field(default_factory=dict)  # how many sets, of each collection
    overflowed: bool = False
    hooks: list[tuple[Any, str, object]] = field(default_factory=list)
    roots: list[weakref.ref[Any]] = field(default_factory=list)

    def hook(self, holder: Any, name: str, replacement: object) -> None:
        """Put a function in the place of one of Flax's, where it has to stay."""
        setattr(holder, name, replacement)
        self.hooks.append((holder, name, vars(holder)[name]))

    @property
    def is_blind(self) -> bool:
        """Whether a function of Flax's was put back or replaced: then not all was seen."""
        return any(vars(holder).get(name) is not hook for holder, name, hook in self.hooks)

    def start(self) -> None:
        """Forget everything."""
        self.variables, self.reads, self.roots = set(), set(), []
        self.inputs, self.created = set(), {}
        self.overflowed = False

    def note_read(self, read: ReadRecord) -> None:
        """Note that a module read a variable."""
        if len(self.reads) < MAX_RECORDS:
            self.reads.add(read)
        else:
            self.overflowed = True

    def note_inputs(self, inputs: tuple[InputRecord, ...]) -> None:
        """Note what a lifted module maps whose output could be used."""
        if len(self.inputs) < MAX_INPUTS:
            self.inputs.update(inputs[:MAX_INPUTS])

    def note_root(self, scope: Any) -> None:
        """Note a root scope, which may create variables until it is closed."""
        if len(self.roots) < MAX_RECORDS:
            self.roots.append(weakref.ref(scope))
        else:
            self.overflowed = True

    def note_variables(self, scope: Any) -> None:
        """Note the variables of a root scope as they are now, unless it is closed."""
        root = scope.__dict__.get(ROOT)
        if not isinstance(root, Root):
            return
        try:
            for collection, path, leaf in _leaves(scope._variables):
                was_given = (collection, path) in root.given
                shape, dtype = _full_shape(leaf, () if was_given else root.plain)
                self.variables.add((collection, path, shape, dtype, was_given))
                if not was_given and collection not in root.counted:
                    root.counted.add(collection)
                    self.created[collection] = self.created.get(collection, 0) + root.copies
                if len(self.variables) > MAX_RECORDS:
                    self.overflowed = True
                    return
        except Exception:  # a container of the submission's own; what it holds was not seen
            self.overflowed = True

    def finish(self) -> dict[str, Any]:
        """Return the evidence since `start` as plain data, in an order of its own; blind, none."""
        for root in self.roots.copy():
            scope = root()
            if scope is not None:
                self.note_variables(scope)
        seen = not self.is_blind
        evidence = {
            "variables": sorted(self.variables.copy()) if seen else [],
            "reads": sorted(self.reads.copy()) if seen else [],
            "inputs": sorted(self.inputs.copy())[:MAX_INPUTS] if seen else [],
            "created": sorted(self.created.copy().items())[:MAX_INPUTS] if seen else [],
            "overflowed": self.overflowed,
        }
        self.start()
        return evidence


Instruments = tuple[Recorder, Falsifier]


def instrument() -> Instruments:
    """Instrument Flax in this process, once; return what it feeds and what may falsify it."""
    recorder, falsifier, around = Recorder(), Falsifier(), Around()
    notice_plain_transforms(around, recorder.hook)
    _record_roots(recorder, around)
    _record_reads(recorder, falsifier, around)
    _record_reads_of_all(recorder, falsifier, around)
    _record_lifted_transforms(recorder, falsifier, around)
    _notice_dropped_outputs(recorder, around)
    return recorder, falsifier


def _record_roots(recorder: Recorder, around: Around) -> None:
    bind = scope_module.bind

    @functools.wraps(bind)
    def recording_bind(variables: Any, *args: Any, **kwargs: Any) -> Any:
        scope = bind(variables, *args, **kwargs)
        try:
            given = frozenset((col, path) for col, path, _ in _leaves(scope._variables))
        except Exception:  # as in `note_variables`, which comes next
            given = frozenset()
        plain = tuple(one for one in around.entered if isinstance(one, Plain))
        scope.__dict__[ROOT] = Root(given, plain, around.copies)
        recorder.note_variables(scope)
        recorder.note_root(scope)
        return scope

    invalidate: Any = scope_module.Scope.invalidate

    @functools.wraps(invalidate)
    def recording_invalidate(self: Any) -> None:
        recorder.note_variables(self)
        self.__dict__.pop(ROOT, None)
        invalidate(self)

    recorder.hook(scope_module, "bind", recording_bind)
    recorder.hook(flax.core, "bind", recording_bind)
    recorder.hook(scope_module.Scope, "invalidate", recording_invalidate)


def _record_reads(recorder: Recorder, falsifier: Falsifier, around: Around) -> None:
    note = functools.partial(_note_read, recorder, around)
    param = scope_module.Scope.param
    get_variable = scope_module.Scope.get_variable

    @functools.wraps(param)
    def recording_param(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        value = param(self, name, *args, **kwargs)
        note(self, "params", name)
        return falsifier.read(value, lifted=around.in_lifted)

    @functools.wraps(get_variable)
    def recording_get(self: Any, col: str, name: str, default: Any = None) -> Any:
        value = get_variable(self, col, name, default)
        if not self.has_variable(col, name):
            return value
        note(self, col, name)
        return falsifier.read(value, lifted=around.in_lifted)

    recorder.hook(scope_module.Scope, "param", recording_param)
    recorder.hook(scope_module.Scope, "get_variable", recording_get)


def _note_read(recorder: Recorder, around: Around, scope: Any, col: str, *names: str) -> None:
    if around.sows:  # it reads what it adds to
        return
    transforms = tuple(one.describe(col) for one in around.transforms)
    path = (*(str(part) for part in scope.path), *(str(name) for name in names))
    dropped = around.output_is_dropped
    recorder.note_read((str(col), path, transforms, dropped, _reading_module()))
    if not dropped:
        recorder.note_inputs(around.lifted_inputs)


def _record_reads_of_all(recorder: Recorder, falsifier: Falsifier, around: Around) -> None:
    variables = scope_module.Scope.variables

    @functools.wraps(variables)
    def recording_variables(self: Any) -> Any:
        """Return all variables; outside of a lifted module that is only to look at them."""
        found = variables(self)
        if not around.in_lifted:
            return found
        with contextlib.suppress(Exception):  # as in `note_variables`
            for collection, path, _ in _leaves(found):
                _note_read(recorder, around, self, collection, *path)
        return falsifier.read(found, lifted=True)

    sow: Any = linen_module.Module.sow

    @functools.wraps(sow)
    def recording_sow(self: Any, *args: Any, **kwargs: Any) -> Any:
        with around.sowing():
            return sow(self, *args, **kwargs)

    recorder.hook(scope_module.Scope, "variables", recording_variables)
    recorder.hook(linen_module.Module, "sow", recording_sow)


def _record_lifted_transforms(recorder: Recorder, falsifier: Falsifier, around: Around) -> None:
    vmap = lift.vmap

    @functools.wraps(vmap)
    def recording_vmap(
        fn: Callable[..., Any],
        variable_axes: Mapping[Any, Any],
        split_rngs: Mapping[Any, Any],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        in_axes = kwargs.get("in_axes", args[0] if args else 0)
        out_axes = kwargs.get("out_axes", args[1] if len(args) > 1 else 0)
        axes = f"in_axes {in_axes}, out_axes {out_axes}"

        @functools.wraps(fn)
        def inside(*inner_args: Any, **inner_kwargs: Any) -> Any:
            inputs = inner_args[1:], inner_kwargs  # the first one is the scope
            mapped = mapped_inputs(inputs)
            size = mapped_size() if mapped else 0
            shapes = [jnp.shape(leaf) for leaf in jax.tree_util.tree_leaves(inputs)]
            how = f"{axes}, examples {shapes}"[:200]
            lifted = Lifted("vmap", dict(variable_axes), dict(split_rngs), how, size, mapped)
            with around.inside(lifted):
                return fn(*inner_args, **inner_kwargs)

        setattr(inside, LIFTED_MARK, True)
        run = vmap(inside, variable_axes, split_rngs, *args, **kwargs)

        @functools.wraps(run)
        def outside(*inner_args: Any, **inner_kwargs: Any) -> Any:
            return falsifier.output(run(*inner_args, **inner_kwargs))

        return outside

    recorder.hook(lift, "vmap", recording_vmap)
    recorder.hook(flax.core, "vmap", recording_vmap)

    put_variable = scope_module.Scope.put_variable

    @functools.wraps(put_variable)
    def falsifying_put(self: Any, col: str, name: str, value: Any) -> None:
        """Put what a lifted module stores, which is an output of it too, `sow` for one."""
        is_output = around.in_lifted and col != "params"
        put_variable(self, col, name, falsifier.output(value) if is_output else value)

    recorder.hook(scope_module.Scope, "put_variable", falsifying_put)


def _notice_dropped_outputs(recorder: Recorder, around: Around) -> None:
    """Mark what runs inside an `init`, which throws the module's output away."""
    method_init = linen_module.Module.init

    @functools.wraps(method_init)
    def recording_init(self: Any, *args: Any, **kwargs: Any) -> Any:
        with around.init():
            return method_init(self, *args, **kwargs)

    function_init = linen_module.init

    @functools.wraps(function_init)
    def recording_function_init(*args: Any, **kwargs: Any) -> Any:
        initialise = function_init(*args, **kwargs)

        @functools.wraps(initialise)
        def run(*inner_args: Any, **inner_kwargs: Any) -> Any:
            with around.init():
                return initialise(*inner_args, **inner_kwargs)

        return run

    recorder.hook(linen_module.Module, "init", recording_init)
    recorder.hook(linen_module, "init", recording_function_init)
    recorder.hook(flax.linen, "init", recording_function_init)


def _reading_module() -> str:
    stack = getattr(linen_module._context, "module_stack", [None])
    reader = stack[-1] if stack else None
    return "" if reader is None else str(type(reader).__name__)[:100]


def _leaves(variables: Any) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Yield (collection, path, array); a box, such as `nn.Partitioned`, is the array in it."""
    for collection, tree in variables.items():
        boxes = jax.tree_util.tree_leaves_with_path(
            tree, is_leaf=lambda node: isinstance(node, meta.AxisMetadata)
        )
        for path, box in boxes:
            names = tuple(_key(part) for part in path)
            arrays = jax.tree_util.tree_leaves(box)  # not what the box's `unbox` says it holds
            for position, array in enumerate(arrays):
                yield str(collection), names if len(arrays) == 1 else (*names, str(position)), array


def _key(part: Any) -> str:
    for name in ("key", "name", "idx"):
        if hasattr(part, name):
            return str(getattr(part, name))
    return str(part)


def _full_shape(leaf: Any, plain: tuple[Plain, ...]) -> tuple[tuple[int, ...], str]:
    """Return a variable's shape over all copies that plain transforms make of it, and its dtype.

    An axis that a `jax.vmap` maps over is put back. Where a jit hides it, or in a loop, what is
    made inside is made once for each example.
    """
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
    if isinstance(leaf, jax.core.Tracer):
        hidden = [one.size for one in plain if one.outside != id(leaf._trace)]
        shape = (*hidden, *shape)
    return shape, dtype[:40]
