"""Whatever a worker writes, frames come out whole, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader import response
from grader.observation import Garbled, Loaded, NotLoaded, Observation, Stopped
from grader.sandbox.pipes import take_frame
from grader.worker import wire

MAX_BLOB = 1 << 12
TOKEN = "0123456789abcdef"
ANSWER = {
    "token": TOKEN,
    "outcome": "array",
    "library": "jax",
    "dtype": "float32",
    "shape": [2],
    "evidence": {"variables": [], "reads": [], "overflowed": False},
}
headers: st.SearchStrategy[object] = st.sampled_from(
    [ANSWER, {**ANSWER, "token": "x"}, {"outcome": "load"}, [], 1, None]
)
frames = st.builds(wire.encode_frame, headers, st.binary(max_size=16))
cut = st.builds(lambda frame, size: frame[:size], frames, st.integers(0, 200))
flipped = st.builds(
    lambda frame, place, byte: frame[:place] + bytes([byte]) + frame[place + 1 :],
    frames,
    st.integers(0, 100),
    st.integers(0, 255),
)
streams = st.lists(frames | cut | flipped | st.binary(max_size=40), max_size=5).map(b"".join)


@given(st.lists(frames, max_size=4), st.data())
def test_frames_come_out_as_they_went_in_however_the_bytes_are_cut(
    sent: list[bytes], data: st.DataObject
) -> None:
    left, received, found = b"".join(sent), bytearray(), []
    while left:
        size = data.draw(st.integers(1, len(left)))
        received += left[:size]
        left = left[size:]
        while (frame := take_frame(received, MAX_BLOB)) is not None:
            found.append(wire.PREFIX.pack(wire.MAGIC, len(frame.header), len(frame.blob)))
            found[-1] += frame.header + frame.blob
    assert (found, bytes(received)) == (sent, b"")


@given(streams)
def test_whatever_comes_is_an_answer_or_garbled(stream: bytes) -> None:
    received = bytearray(stream)
    try:
        while (frame := take_frame(received, MAX_BLOB)) is not None:
            called = response.read_call(frame, TOKEN, 1)
            loaded = response.read_load(frame, TOKEN)
            assert isinstance(called, Observation | response.Announced | Garbled)
            answers = Loaded | NotLoaded | Stopped | response.Announced | Garbled
            assert isinstance(loaded, answers)
    except wire.WireError:
        pass


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_a_frame_that_announces_too_much_is_refused_before_it_has_come(
    header: int, blob: int
) -> None:
    received = bytearray(wire.PREFIX.pack(wire.MAGIC, header, blob))
    try:
        frame = take_frame(received, MAX_BLOB)
    except wire.WireError:
        assert header > 1 << 20 or blob > MAX_BLOB
    else:
        assert header <= 1 << 20
        assert blob <= MAX_BLOB
        assert (frame is None) == bool(header + blob)
