"""Frames and arrays survive the trip between judge and worker, and nothing else gets through."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.worker import wire

Array = np.ndarray[Any, Any]
LAWS = settings(max_examples=60)
DTYPES = sorted(wire.NUMPY_DTYPES | wire.ML_DTYPES)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


def array_of(dtype: str, shape: tuple[int, ...], data: bytes) -> Array:
    """Return an array of that type and shape whose bits are `data`, over and over."""
    kind = wire.find_dtype(dtype)
    wanted = math.prod(shape) * kind.itemsize
    repeated = (data * (wanted // len(data) + 1))[:wanted]
    if dtype == "bool":
        repeated = bytes(byte & 1 for byte in repeated)
    return np.frombuffer(repeated, dtype=kind).reshape(shape)


any_array = st.builds(array_of, st.sampled_from(DTYPES), SHAPES, st.binary(min_size=1, max_size=64))


def travel(array: Array) -> Array:
    return wire.decode_array(array.dtype.name, array.shape, wire.array_bytes(array))


def reader(content: bytes) -> Callable[[int], bytes]:
    left = [content]

    def read_exactly(size: int) -> bytes:
        part, left[0] = left[0][:size], left[0][size:]
        if len(part) < size:
            raise EOFError
        return part

    return read_exactly


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 0, 3), (2, 3, 4)])
def test_an_array_of_every_dtype_arrives_as_it_left(dtype: str, shape: tuple[int, ...]) -> None:
    sent = array_of(dtype, shape, bytes(range(256)))
    arrived = travel(sent)
    assert (arrived.dtype, arrived.shape) == (sent.dtype, shape)
    assert arrived.tobytes() == sent.tobytes()


@LAWS
@given(any_array)
def test_any_array_arrives_bit_by_bit(sent: Array) -> None:
    arrived = travel(sent)
    assert (arrived.dtype, arrived.shape) == (sent.dtype, sent.shape)
    assert arrived.tobytes() == sent.tobytes()


@LAWS
@given(any_array)
def test_the_order_of_an_array_in_memory_does_not_matter(sent: Array) -> None:
    for view in (np.asfortranarray(sent), sent.T, sent[..., ::-2] if sent.ndim else sent):
        arrived = travel(view)
        assert arrived.shape == view.shape
        assert arrived.tobytes() == view.tobytes()  # which is in C order, whatever the memory


@pytest.mark.parametrize("dtype", sorted(wire.NUMPY_DTYPES))
def test_a_big_endian_array_arrives_with_its_values(dtype: str) -> None:
    native = np.arange(6).reshape(2, 3).astype(dtype)
    foreign = native.astype(np.dtype(dtype).newbyteorder(">"))
    np.testing.assert_array_equal(travel(foreign), native, strict=True)


def test_an_array_that_arrived_cannot_be_written_to() -> None:
    assert not travel(np.zeros(3)).flags.writeable


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_that_may_travel_is_found_by_its_name(name: str) -> None:
    found = wire.find_dtype(name)
    assert found.name == name
    assert wire.travels(found)


@pytest.mark.parametrize("name", ["", "object", "O", "str", "f4", "float128", "V8", "<f4", "int4 "])
def test_an_unknown_dtype_is_refused(name: str) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_array(name, (1,), b"\0" * 8)


@pytest.mark.parametrize("dtype", ["O", "S3", "U2", "M8[s]", "longdouble", [("a", "f4")]])
def test_other_dtypes_do_not_travel(dtype: Any) -> None:
    assert not wire.travels(np.dtype(dtype))


@LAWS
@given(any_array, st.integers(-9, 9).filter(bool))
def test_bytes_that_do_not_fit_dtype_and_shape_are_refused(sent: Array, off: int) -> None:
    data = wire.array_bytes(sent)
    wrong = data + b"\0" * off if off > 0 else data[:off]
    if len(wrong) != len(data):
        with pytest.raises(wire.WireError):
            wire.decode_array(sent.dtype.name, sent.shape, wrong)


@pytest.mark.parametrize(
    "shape",
    [(-1,), (-1, -4), (2, -2), (1 << 41,), (1,) * 65, (1 << 40, 1 << 40, 0), (1 << 63, 0)],
    ids=str,
)
def test_a_shape_out_of_range_is_refused(shape: tuple[int, ...]) -> None:
    for data in (b"", b"\0" * 4, b"\0" * 16):
        with pytest.raises(wire.WireError):
            wire.decode_array("float32", shape, data)


@LAWS
@given(
    st.sampled_from(DTYPES) | st.text(max_size=50),
    st.lists(st.integers(-2, 9) | st.integers(), max_size=40).map(tuple),
    st.binary(max_size=64),
)
def test_an_array_is_decoded_or_refused_and_nothing_else(
    dtype: str, shape: tuple[int, ...], data: bytes
) -> None:
    try:
        array = wire.decode_array(dtype, shape, data)
    except wire.WireError:
        return
    assert (array.dtype.name, array.shape, array.tobytes()) == (dtype, shape, data)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@LAWS
@given(json_values, st.binary(max_size=100))
def test_a_frame_arrives_as_it_left(header: object, blob: bytes) -> None:
    frame = wire.read_frame(reader(wire.encode_frame(header, blob)))
    assert json.loads(frame.header) == header
    assert frame.blob == blob


def test_frames_follow_each_other_without_a_gap() -> None:
    stream = reader(wire.encode_frame([1], b"one") + wire.encode_frame([2], b"two"))
    assert [wire.read_frame(stream).blob for _ in range(2)] == [b"one", b"two"]


def test_a_header_is_utf_8_whatever_it_holds() -> None:
    header = wire.encode_frame("é\ud800\x1b")[wire.PREFIX.size :]
    assert header.decode() == '"é?\\u001b"'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_header_holds_no_number_that_json_lacks(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.encode_frame({"x": value})


def test_a_prefix_says_how_much_follows() -> None:
    assert wire.read_prefix(wire.PREFIX.pack(wire.MAGIC, 7, 9), 7, 9) == (7, 9)


@pytest.mark.parametrize(
    "prefix",
    [
        wire.PREFIX.pack(b"HTTP", 1, 1),
        wire.PREFIX.pack(b"\0" * 4, 0, 0),
        wire.PREFIX.pack(b"GRW2", 0, 0),
        wire.PREFIX.pack(b"grw1", 0, 0),
        wire.PREFIX.pack(wire.MAGIC, 101, 0),
        wire.PREFIX.pack(wire.MAGIC, 0, 1001),
        wire.PREFIX.pack(wire.MAGIC, 2**32 - 1, 2**64 - 1),
    ],
)
def test_a_prefix_of_another_kind_or_of_too_much_is_refused(prefix: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.read_prefix(prefix, 100, 1000)


@LAWS
@given(st.binary(min_size=wire.PREFIX.size, max_size=wire.PREFIX.size))
def test_no_prefix_announces_more_than_is_allowed(prefix: bytes) -> None:
    magic = wire.MAGIC + prefix[len(wire.MAGIC) :]
    try:
        header, blob = wire.read_prefix(magic, 100, 1000)
    except wire.WireError:
        return
    assert header <= 100
    assert blob <= 1000
