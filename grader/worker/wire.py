"""Frames and arrays as they travel between the judge and a worker.

A frame is ``magic, header length, blob length, header, blob``: the header is JSON, the blob the
raw bytes of every array that the header mentions. An array is (dtype name, shape, bytes), in C
order and in this machine's byte order; nothing is ever pickled.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MAGIC = b"GRW1"
PREFIX = struct.Struct(">4sIQ")

# Names by which numpy finds its own dtypes; the second group comes from ml_dtypes.
NUMPY_DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128".split()
)
ML_DTYPES = frozenset(
    "bfloat16 int2 int4 uint2 uint4 float4_e2m1fn float6_e2m3fn float6_e3m2fn float8_e3m4 "
    "float8_e4m3 float8_e4m3b11fnuz float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz "
    "float8_e8m0fnu".split()
)
MAX_DIMENSIONS = 64  # numpy has no more
WIDEST_ITEM = 16  # bytes, of a complex128
MAX_SIZE = (1 << 63) - 1  # of a dimension: numpy's and jax's own largest


class WireError(ValueError):
    """Bytes that are not a frame, or an array description that does not hold together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: a JSON object and the bytes of its arrays."""

    header: bytes
    blob: bytes


def encode_frame(header: object, blob: bytes = b"") -> bytes:
    """Return the bytes of one frame; `header` is anything that `json` can write."""
    # "replace": a lone surrogate, in a learner's message say, is not to be had in UTF-8
    text = json.dumps(header, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return PREFIX.pack(MAGIC, len(text), len(blob)) + text + blob


def read_prefix(prefix: bytes, max_header: int, max_blob: int) -> tuple[int, int]:
    """Return (header bytes, blob bytes) announced by a frame's first `PREFIX.size` bytes.

    Raises:
      WireError: wrong magic, or a length above its limit.
    """
    magic, header, blob = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("the bytes on the result channel are not a frame")
    if header > max_header or blob > max_blob:
        raise WireError(f"a frame announced {header} + {blob} bytes, more than is allowed")
    return header, blob


def read_frame(read_exactly: Callable[[int], bytes]) -> Frame:
    """Read one frame from a trusted peer; `read_exactly(n)` returns n bytes or raises."""
    header, blob = read_prefix(read_exactly(PREFIX.size), 1 << 30, 1 << 40)
    return Frame(read_exactly(header), read_exactly(blob))


def find_dtype(name: str) -> np.dtype[Any]:
    """Return the dtype of that name.

    Raises:
      WireError: the name is not one of those that may travel.
    """
    if name in NUMPY_DTYPES:
        return np.dtype(name)
    if name in ML_DTYPES:
        import ml_dtypes

        scalar = getattr(ml_dtypes, name, None)
        if scalar is not None:
            kind: np.dtype[Any] = np.dtype(scalar)
            return kind
    raise WireError(f"arrays of dtype {name[:40]!r} do not travel")


def travels(dtype: np.dtype[Any]) -> bool:
    """Tell whether arrays of that dtype can be put on the wire."""
    return dtype.name in NUMPY_DTYPES or dtype.name in ML_DTYPES


def array_bytes(array: np.ndarray[Any, Any]) -> bytes:
    """Return the bytes of an array in C order and native byte order."""
    native = array.astype(array.dtype.newbyteorder("="), copy=False)
    return np.ascontiguousarray(native).tobytes()


def decode_array(dtype: str, shape: tuple[int, ...], data: bytes) -> np.ndarray[Any, Any]:
    """Return a read-only array of that dtype name and shape over exactly these bytes.

    Raises:
      WireError: unknown dtype, too many or negative dimensions, or a length that does not fit.
    """
    kind = find_dtype(dtype)
    if len(shape) > MAX_DIMENSIONS or any(not 0 <= size <= MAX_SIZE for size in shape):
        raise WireError("an array's shape is out of range")
    if math.prod(shape) * kind.itemsize != len(data):
        raise WireError("an array's bytes do not fit its dtype and shape")
    try:
        return np.frombuffer(data, dtype=kind).reshape(shape)
    except ValueError as error:  # no entries at all, but sizes that numpy will not multiply
        raise WireError("an array's shape is out of range") from error


def fits_in_memory(shape: Sequence[int], itemsize: int) -> bool:
    """Tell whether numpy can have an array of that shape of any dtype that it may be compared in.

    It multiplies the sizes that are not 0, even where there are no entries at all.
    """
    widest = max(itemsize, WIDEST_ITEM)
    return len(shape) <= MAX_DIMENSIONS and math.prod(filter(None, shape)) * widest <= MAX_SIZE
