"""How a worker gets its programs: from the persistent cache, and with less ado than jax makes.

In the cache, entries are whole, or not there. jax's own cache writes an entry in place and takes
what it reads for what was written. Here an entry is a digest and the program, and takes its place
at once: one that was cut short, written by two at a time or hit by a fault of the disk is compiled
again, silently.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import sys
import threading
from typing import Any

import jax
from jax._src.interpreters import mlir
from jax._src.lru_cache import LRUCache

from . import entries

with contextlib.suppress(ImportError):  # else each worker imports it when it first lowers
    from jax._src.lib.mlir.dialects import mhlo  # noqa: F401

_KEPT_OUT: set[str] = set()
NEVER = 1e9  # seconds that a program has to compile for to be kept
USES_OF_A_CONTEXT = 64  # then another: a context keeps every constant that it has seen


def use(*, trusted: bool) -> None:
    """Have this process read the cache that its environment names; a trusted one adds to it."""
    if not trusted:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", NEVER)

    def get(cache: Any, key: str) -> bytes | None:
        return entries.read(_path(cache, key), repair=trusted)

    def put(cache: Any, key: str, value: bytes) -> None:
        if _is_of_jax(key):
            entries.write(_path(cache, key), value)

    LRUCache.get, LRUCache.put = get, put  # type: ignore[assignment, method-assign]
    if hasattr(mlir, "make_ir_context"):
        _share_contexts()


def keep_out(source: str) -> None:
    """Note a source whose functions, under jit, are programs of their own: boxes read the cache."""
    with contextlib.suppress(SyntaxError, ValueError):  # then nothing of it is ever compiled
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                _KEPT_OUT.add(node.name)


def _is_of_jax(key: str) -> bool:
    """Tell by its name whether a program is one of jax's own small ones, say `jit_multiply`."""
    name = key.rpartition("-")[0].removeprefix("jit_")
    return name in _names_in_jax() and name not in _KEPT_OUT


@functools.cache
def _names_in_jax() -> frozenset[str]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("jax.")]
    return frozenset(name for module in modules for name in vars(module))


def _share_contexts() -> None:
    """Lower several programs in one MLIR context; making one takes 4 of a program's 18 ms."""
    make, held = mlir.make_ir_context, threading.local()

    def shared() -> Any:
        held.left = getattr(held, "left", 0) - 1
        if held.left < 0:
            held.context, held.left = make(), USES_OF_A_CONTEXT - 1
        return held.context

    mlir.make_ir_context = shared


def _path(cache: Any, key: str) -> str:
    return os.path.join(str(cache.path), f"{key}-cache")
