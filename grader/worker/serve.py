"""Answers requests: load a source, call its entry point, report what came of it."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

import flax
import flax.linen
import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

from . import load, observe, programs, raising, wire

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
            returned = self._entries[name](*arguments)
            with jax.transfer_guard("allow"):
                header, data = self._describe_output(returned)
        except BaseException as error:
            describe = self._describer(token)
            header = {"outcome": "raised", "raised": describe(error, self._filenames[name])}
            data = b""
        self._send({"token": token, **header, "evidence": self._recorder.finish()}, data)

    def _bound(self, request: dict[str, Any], blob: bytes) -> None:
        """Ask a trusted solution for its error bound; a fault in it is the course's own."""
        module = __import__("sys").modules[request["module"]]
        arguments = [_argument(argument, blob) for argument in request["arguments"]]
        bound = np.asarray(module.error_bound(*arguments), dtype=np.float64)
        header = {"outcome": "bound", "dtype": "float64", "shape": list(bound.shape)}
        self._send({"token": request["token"], **header}, wire.array_bytes(bound))

    def _describe_output(self, value: object) -> tuple[dict[str, Any], bytes]:
        cls = raising.type_name(type(value))
        array: Any = value
        if type(value) is np.ndarray:
            library = "numpy"
        elif isinstance(value, jax.Array) and not isinstance(value, jax.core.Tracer):
            library = "jax"
        else:
            return {"outcome": "other", "type": cls}, b""
        header = {
            "outcome": "array",
            "library": library,
            "dtype": str(array.dtype.name)[:100],
            "shape": [int(size) for size in array.shape],
        }
        if array.size * max(array.dtype.itemsize, 1) > self._max_answer_bytes:
            return {**header, "outcome": "oversized"}, b""
        if not wire.travels(array.dtype):
            return {"outcome": "other", "type": f"{cls} of dtype {header['dtype']}"}, b""
        return header, wire.array_bytes(np.asarray(array))

    def _describer(self, token: str) -> load.Describe:
        def announce(name: str) -> None:
            self._send({"token": token, "outcome": "raising", "type": name})

        return lambda error, filename: raising.describe_exception(error, filename, announce)


def _argument(description: dict[str, Any], blob: bytes) -> object:
    if description["kind"] == "int":
        return int(description["value"])
    data = blob[description["start"] : description["start"] + description["bytes"]]
    array = wire.decode_array(description["dtype"], tuple(description["shape"]), data).copy()
    return jnp.asarray(array) if description["kind"] == "jax" else array
