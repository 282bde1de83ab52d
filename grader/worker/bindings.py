"""What programs need of jax that is not public: jaxlib's bindings of MLIR, and sizes as numbers.

All of it is used here alone. Where it is missing, `CAN_READ` and `CAN_RUN` say so, and programs are
not judged.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def _find(module: str) -> Any:
    """Return a module, or an object without anything that we look for."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return object()


mlir = _find("jax._src.interpreters.mlir")
ir = _find("jaxlib.mlir.ir")
passmanager = _find("jaxlib.mlir.passmanager")
stablehlo = _find("jaxlib.mlir.dialects.stablehlo")
func = _find("jaxlib.mlir.dialects.func")

CAN_READ = all(
    hasattr(holder, name)
    for holder, name in (
        (mlir, "make_ir_context"),
        (ir, "Context"),
        (stablehlo, "deserialize_portable_artifact"),
    )
)
CAN_RUN = CAN_READ and all(
    hasattr(holder, name)
    for holder, name in (
        (mlir, "refine_polymorphic_shapes"),
        (stablehlo, "eval_module"),
        (stablehlo, "register_stablehlo_passes"),
        (passmanager, "PassManager"),
        (func, "FuncOp"),
    )
)

PLAINER = "builtin.module(func.func(chlo-legalize-to-stablehlo),inline,canonicalize,cse,symbol-dce)"
INNER = "the_program"


class UnreadableError(Exception):
    """The bytes are not a program."""


def context() -> Any:
    """Return a context in which programs are read, to be entered."""
    return mlir.make_ir_context()


def parse(program: bytes) -> Any:
    """Return the module of a serialised program; it may be hostile.

    Raises:
      UnreadableError: it is none.
    """
    try:
        return stablehlo.deserialize_portable_artifact(ir.Context.current, program)
    except Exception as error:
        raise UnreadableError("it cannot be read") from error


def run(program: bytes, arguments: Sequence[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    """Interpret a program, nothing of it compiled, on arrays in the place of its arguments.

    An operation that the interpreter lacks ends this process.
    """
    with context(), ir.Location.unknown():
        module = parse(program)
        _close(module, arguments)
        module = mlir.refine_polymorphic_shapes(module)
    with module.context, ir.Location.unknown():
        _register_passes()
        passmanager.PassManager.parse(PLAINER).run(module.operation)
        given = [
            ir.DenseElementsAttr.get(np.ascontiguousarray(one), type=kind)
            for one, kind in zip(arguments, _types_of_main(module), strict=True)
        ]
        return [np.array(one) for one in stablehlo.eval_module(module, given)]


def size_at(size: Any, sizes: Mapping[str, int]) -> Any:
    """Return what a size, which may be an expression of open ones, comes to."""
    return size._evaluate(sizes) if hasattr(size, "_evaluate") else size


def _close(module: Any, arguments: Sequence[np.ndarray[Any, Any]]) -> None:
    """Put a function in front of a program that has the arguments' sizes in its types."""
    main = _main(module)
    main.attributes["sym_name"] = ir.StringAttr.get(INNER)
    main.attributes["sym_visibility"] = ir.StringAttr.get("private")
    kind = _function_type(main)
    closed = [
        ir.RankedTensorType.get(one.shape, ir.RankedTensorType(of).element_type)
        for one, of in zip(arguments, kind.inputs, strict=True)
    ]
    with ir.InsertionPoint(module.body):
        front = func.FuncOp("main", ir.FunctionType.get(closed, kind.results))
        front.attributes["sym_visibility"] = ir.StringAttr.get("public")
        block = front.add_entry_block()
    with ir.InsertionPoint(block):
        opened = [
            stablehlo.ConvertOp(wanted, one).result if wanted != one.type else one
            for wanted, one in zip(kind.inputs, block.arguments, strict=True)
        ]
        call = func.CallOp(kind.results, ir.FlatSymbolRefAttr.get(INNER), opened)
        func.ReturnOp(call.results)


def _main(module: Any) -> Any:
    for operation in module.body.operations:
        name = operation.operation.attributes
        if "sym_name" in name and ir.StringAttr(name["sym_name"]).value == "main":
            return operation.operation
    raise UnreadableError("it has no function main")


def _function_type(main: Any) -> Any:
    return ir.FunctionType(ir.TypeAttr(main.attributes["function_type"]).value)


def _types_of_main(module: Any) -> Sequence[Any]:
    kinds: Sequence[Any] = _function_type(_main(module)).inputs
    return kinds


@functools.cache
def _register_passes() -> None:
    stablehlo.register_stablehlo_passes()
