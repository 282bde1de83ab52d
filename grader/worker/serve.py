"""Answers requests: load a source, call its entry point, report what came of it."""

from __future__ import annotations

import dataclasses
import math
import platform
import sys
from collections.abc import Callable
from typing import Any

import flax
import flax.linen
import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

from . import (
    bindings,
    bounds,
    canonical,
    factors,
    load,
    lowering,
    observe,
    programs,
    raising,
    wire,
)

Send = Callable[..., None]


class Server:
    """Holds the entry points loaded so far; replies go out through `send(header, blob)`."""

    def __init__(
        self,
        send: Send,
        max_answer_bytes: int,
        *,
        trusted: bool,
        instruments: observe.Instruments | None = None,
    ) -> None:
        programs.use(trusted=trusted)
        self._trusted = trusted
        self._send = send
        self._max_answer_bytes = max_answer_bytes
        self._recorder, self._falsifier = instruments or observe.instrument()
        self._entries: dict[str, load.Entry] = {}
        self._filenames: dict[str, str] = {}
        self._path: lowering.Path | None = None  # of the last trace

    def versions(self) -> dict[str, str]:
        """Return the versions that an answer may depend on."""
        return {
            "python": platform.python_version(),
            "jax": jax.__version__,
            "jaxlib": jaxlib.version.__version__,
            "flax": flax.__version__,
            "numpy": np.__version__,
        }

    def answer(self, request: dict[str, Any], blob: bytes) -> None:
        """Carry out one request and send its reply."""
        if request["op"] == "load":
            self._load(request, blob)
        elif request["op"] == "bound":
            self._bound(request, blob)
        elif request["op"] == "lower":
            self._lower(request)
        elif request["op"] == "turn":
            self._turn(request)
        elif request["op"] == "analyse":
            self._analyse(request, blob)
        elif request["op"] == "interpret":
            self._interpret(request, blob)
        else:
            self._call(request, blob)

    def _load(self, request: dict[str, Any], blob: bytes) -> None:
        name, token = request["module"], request["token"]
        self._falsifier.set(request["falsify"], slightly=request["slightly"])
        wanted = load.Wanted(
            blob.decode("utf-8"),
            request["filename"],
            name,
            request["entry_point"],
            request["arity"],
            asserts=not request["falsify"],
        )
        if self._trusted:
            programs.keep_out(wanted.source)
        entry, description = load.load_entry(wanted, self._describer(token))
        self._filenames[name] = wanted.filename
        if entry is not None:
            self._entries[name] = entry
        self._send({"token": token, "outcome": "load", **description})

    def _call(self, request: dict[str, Any], blob: bytes) -> None:
        token, name = request["token"], request["module"]
        self._recorder.start()
        try:
            with jax.transfer_guard("allow"):  # a submission may have forbidden it to itself
                arguments = [_argument(argument, blob) for argument in request["arguments"]]
            if request["clear_caches"]:
                jax.clear_caches()
            with jax.disable_jit(request["without_jit"]):
                returned = self._entries[name](*arguments)
            with jax.transfer_guard("allow"):
                header, data = self._describe_output(returned)
        except BaseException as error:
            describe = self._describer(token)
            header = {"outcome": "raised", "raised": describe(error, self._filenames[name])}
            data = b""
        evidence = bounds.evidence(self._recorder.finish())
        self._send({"token": token, **header, "evidence": evidence}, data)

    def _lower(self, request: dict[str, Any]) -> None:
        """Make a program of an entry point; what keeps it from being one is told like a raise."""
        token, name = request["token"], request["module"]
        header: dict[str, Any]
        names = self._names_of(name)
        before = self._path.met if self._path is not None and request["follow"] else ()
        path = lowering.Path(self._filenames[name], names, request["guide"], list(before))
        self._path = path
        self._recorder.start()
        try:
            with jax.transfer_guard("allow"):
                found = lowering.lower(self._entries[name], request["arguments"], path)
            header = {
                "outcome": "lowered",
                "kept": list(found.kept),
                "result": bounds.name(found.result),
                "compared": len(path.met),
                "lost": path.is_lost,
            }
            if not lowering.open_sizes(request["arguments"]):  # else shapes are no numbers
                header["evidence"] = bounds.evidence(self._recorder.finish())
            program = found.program
            if len(program) > self._max_answer_bytes:
                header, program = {"outcome": "too_large"}, b""
        except lowering.NotAnArrayError:
            header, program = {"outcome": "not_an_array"}, b""
        except BaseException as error:
            raised = self._describer(token)(error, self._filenames[name])
            header, program = {"outcome": "not_lowered", "raised": raised}, b""
        self._recorder.start()
        self._send({"token": token, **header}, program)

    @staticmethod
    def _names_of(module: str) -> dict[str, Any]:
        """Return the names of a loaded file; it may have put something else in its place."""
        names = getattr(sys.modules.get(module), "__dict__", None)
        return names if type(names) is dict else {}

    def _turn(self, request: dict[str, Any]) -> None:
        """Say at which of some shapes the last trace would have taken another path."""
        turns = self._path.turns(request["shapes"]) if self._path is not None else []
        self._send({"token": request["token"], "outcome": "turned", "turns": turns})

    def _analyse(self, request: dict[str, Any], program: bytes) -> None:
        """Say what a program computes; nothing of it is run."""
        header: dict[str, Any]
        lines = ""
        try:
            found = canonical.read(program, request["kept"])
        except canonical.RefusedError as error:
            header = {"outcome": "refused", "reason": bounds.name(str(error))}
        else:
            header = {
                "outcome": "analysed",
                "name": found.name,
                "products": [_plain(one) for one in found.products],
                "uses": [_plain(one) for one in found.uses],
            }
            lines = "\n".join(found.lines)
        self._send({"token": request["token"], **header}, lines.encode())

    def _interpret(self, request: dict[str, Any], blob: bytes) -> None:
        """Run a program, or be ended by it; nothing of it is compiled."""
        token = request["token"]
        program = blob[: request["program"]]
        header: dict[str, Any]
        data = b""
        try:
            if not bindings.CAN_RUN:
                raise canonical.RefusedError("this jaxlib has not what runs programs")
            arrays = [_array(one, blob) for one in request["arguments"]]
            returned = bindings.run(program, arrays)
            if len(returned) != 1 or returned[0].nbytes > self._max_answer_bytes:
                raise canonical.RefusedError("it does not return one array")
            header = {
                "outcome": "interpreted",
                "dtype": returned[0].dtype.name,
                "shape": list(returned[0].shape),
            }
            data = wire.array_bytes(returned[0])
        except Exception as error:
            header = {"outcome": "refused", "reason": f"{type(error).__name__}: {error}"[:300]}
        self._send({"token": token, **header}, data)

    def _bound(self, request: dict[str, Any], blob: bytes) -> None:
        """Ask a trusted solution for its error bound; a fault in it is the course's own."""
        module: Any = sys.modules[request["module"]]
        arguments = [_argument(argument, blob) for argument in request["arguments"]]
        bound = np.asarray(module.error_bound(*arguments), dtype=np.float64)
        header = {"outcome": "bound", "dtype": "float64", "shape": list(bound.shape)}
        self._send({"token": request["token"], **header}, wire.array_bytes(bound))

    def _describe_output(self, value: object) -> tuple[dict[str, Any], bytes]:
        cls = raising.type_name(type(value))
        array: Any = value
        if type(value) is np.ndarray:
            library = "numpy"
        # `isinstance` would ask the value's own __class__.
        elif issubclass(type(value), jax.Array) and not issubclass(type(value), jax.core.Tracer):
            library = "jax"
        else:
            return {"outcome": "other", "type": cls}, b""
        shape = [int(size) for size in array.shape]
        itemsize = max(array.dtype.itemsize, 1)
        if len(shape) > wire.MAX_DIMENSIONS or not (
            math.prod(shape) or wire.fits_in_memory(shape, itemsize)
        ):
            return {"outcome": "other", "type": cls, "shape": shape[: bounds.MAX_SHOWN]}, b""
        header = {
            "outcome": "array",
            "library": library,
            "dtype": str(array.dtype.name)[:100],
            "shape": shape,
        }
        if math.prod(shape) * itemsize > self._max_answer_bytes:
            return {**header, "outcome": "oversized"}, b""
        if not wire.travels(array.dtype):
            return {"outcome": "other", "type": f"{cls} of dtype {header['dtype']}"}, b""
        return header, wire.array_bytes(np.asarray(array))

    def _describer(self, token: str) -> load.Describe:
        def announce(name: str) -> None:
            self._send({"token": token, "outcome": "raising", "type": name})

        return lambda error, filename: raising.describe_exception(error, filename, announce)


def _plain(record: factors.Product | factors.Use) -> dict[str, Any]:
    """Return a record as json has it: sets in order."""
    return {
        name: sorted(value)
        if isinstance(value, frozenset)
        else [sorted(one) if isinstance(one, frozenset) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in dataclasses.asdict(record).items()
    }


def _argument(description: dict[str, Any], blob: bytes) -> object:
    if description["kind"] == "int":
        return int(description["value"])
    array = _array(description, blob)
    return jnp.asarray(array) if description["kind"] == "jax" else array


def _array(description: dict[str, Any], blob: bytes) -> np.ndarray[Any, Any]:
    data = blob[description["start"] : description["start"] + description["bytes"]]
    return wire.decode_array(description["dtype"], tuple(description["shape"]), data).copy()
