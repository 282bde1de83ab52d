"""Whatever a worker sends is read as an answer or as garbage; nothing that it sends can raise."""

from __future__ import annotations

import copy
import dataclasses
import errno
import json
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.messages import describe_stop
from grader.observation import (
    Evidence,
    Garbled,
    Limit,
    Line,
    Loaded,
    Lowered,
    NotAnArray,
    NotLoaded,
    Observation,
    Program,
    Raised,
    Read,
    Refused,
    Returned,
    Stopped,
    Transform,
    Variable,
)
from grader.response import (
    Announced,
    read_bound,
    read_call,
    read_interpreted,
    read_load,
    read_lowered,
    read_program,
    read_turns,
)
from grader.worker.wire import Frame

Json = dict[str, Any]
TOKEN = "c0ffee"
MANY = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
HOSTILE = "\x1b[31m\x07\x9b2J\u202eevil\u2066\u2028\x00"

AXES = "in_axes 0, out_axes 0"
EVIDENCE: Json = {
    "variables": [
        ["params", ["kernel"], [3, 4], "float32", True],
        ["params", ["bias"], [4], "float32", False],
    ],
    "reads": [
        ["params", ["kernel"], [["vmap", "None", False, AXES, 2]], False, "Dense"],
        ["params", ["bias"], [], True, ""],
    ],
    "overflowed": False,
}
RAISED: Json = {
    "type": "ValueError",
    "message": "no",
    "memory": False,
    "errno": None,
    "frames": [[3, "f"]],
}
ARRAY: Json = {
    "token": TOKEN,
    "outcome": "array",
    "library": "jax",
    "dtype": "float32",
    "shape": [2],
    "evidence": EVIDENCE,
}
OVERSIZED: Json = {**ARRAY, "outcome": "oversized", "shape": [1 << 20, 256]}
OTHER: Json = {"token": TOKEN, "outcome": "other", "type": "list", "evidence": EVIDENCE}
FAILED: Json = {"token": TOKEN, "outcome": "raised", "raised": RAISED, "evidence": EVIDENCE}
RAISING: Json = {"token": TOKEN, "outcome": "raising", "type": "KeyError"}
NOT_IMPORTED: Json = {"token": TOKEN, "outcome": "load", "kind": "import", "raised": RAISED}
MISSING: Json = {"token": TOKEN, "outcome": "load", "kind": "missing", "names": ["f", "g"]}
BOUND: Json = {"token": TOKEN, "outcome": "bound", "dtype": "float64", "shape": [2]}
CALLS = [ARRAY, OVERSIZED, OTHER, FAILED, RAISING]
LOADS = [NOT_IMPORTED, MISSING, RAISING, {"token": TOKEN, "outcome": "load", "kind": "loaded"}]
BLOB = np.array([1.5, -2.0], np.float32).tobytes()


def frame(reply: object, blob: bytes = b"") -> Frame:
    return Frame(json.dumps(reply).encode(), blob)


def call(reply: object, blob: bytes = b"") -> Observation | Announced | Garbled:
    return read_call(frame(reply, blob), TOKEN, answer_mib=64)


def outcome_of(reply: object, blob: bytes = b"") -> object:
    found = call(reply, blob)
    assert isinstance(found, Observation)
    return found.outcome


def texts(record: object) -> Iterator[str]:
    """Yield every string inside a record, however deep."""
    if isinstance(record, str):
        yield record
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from texts(getattr(record, field.name))
    elif isinstance(record, tuple | frozenset | list):
        for part in record:
            yield from texts(part)


def require_legible(record: object) -> None:
    for text in texts(record):
        shown = text.replace("\n", "").replace("\t", "")
        assert not {unicodedata.category(character) for character in shown} & UNSAFE


# --- what a worker sends when nothing is wrong with it


def test_an_array_is_decoded_with_its_library() -> None:
    found = outcome_of(ARRAY, BLOB)
    assert isinstance(found, Returned)
    assert found.library == "jax"
    np.testing.assert_array_equal(found.array, np.array([1.5, -2.0], np.float32), strict=True)


def test_evidence_is_sorted_into_given_and_created_and_into_unused_reads_or_not() -> None:
    found = call(ARRAY, BLOB)
    assert isinstance(found, Observation)
    shared = Transform("vmap", "None", splits_params_key=False, size=2)
    assert found.evidence == Evidence(
        given=frozenset({Variable("params", ("kernel",), (3, 4), "float32")}),
        created=frozenset({Variable("params", ("bias",), (4,), "float32")}),
        reads=frozenset({Read("params", ("kernel",), (shared,), "Dense")}),
        unused_reads=frozenset({Read("params", ("bias",), (), "")}),
    )


def test_how_a_transform_maps_inputs_and_outputs_is_kept_and_is_no_matter_of_structure() -> None:
    found = call(ARRAY, BLOB)
    assert isinstance(found, Observation)
    (read,) = found.evidence.reads
    (transform,) = read.transforms
    assert transform.axes == AXES
    assert transform == Transform("vmap", "None", splits_params_key=False, axes="in_axes 1", size=2)


def test_evidence_that_was_cut_short_says_so() -> None:
    found = call({**OTHER, "evidence": {**EVIDENCE, "overflowed": True}})
    assert isinstance(found, Observation)
    assert found.evidence.overflowed


def test_a_value_that_is_no_array_is_named_by_its_type() -> None:
    assert outcome_of(OTHER) == NotAnArray("list")


def test_an_exception_keeps_its_type_message_and_lines() -> None:
    assert outcome_of(FAILED) == Raised("ValueError", "no", (Line(3, "f"),))


def test_a_message_that_could_not_be_had_stays_unknown() -> None:
    found = outcome_of({**FAILED, "raised": {**RAISED, "message": None}})
    assert found == Raised("ValueError", None, (Line(3, "f"),))


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"errno": errno.EMFILE}, Limit.OPEN_FILES),
        ({"errno": errno.EFBIG}, Limit.SCRATCH),
        ({"errno": errno.ENOSPC}, Limit.SCRATCH),
        ({"type": "RuntimeError", "message": "can't start new thread"}, Limit.THREADS),
    ],
)
def test_an_exception_that_says_so_is_the_limit_that_was_hit(change: Json, limit: Limit) -> None:
    outcome = outcome_of({**FAILED, "raised": {**RAISED, **change}})
    assert isinstance(outcome, Stopped)
    assert outcome.limit is limit


@pytest.mark.parametrize("change", [{"memory": True}, {"message": "RESOURCE_EXHAUSTED: no room"}])
def test_an_exception_for_want_of_memory_is_the_memory_limit(change: Json) -> None:
    found = outcome_of({**FAILED, "raised": {**RAISED, **change}})
    assert isinstance(found, Stopped)
    assert found.limit is Limit.MEMORY


def test_an_array_that_was_too_large_to_send_is_the_answer_limit_with_its_size() -> None:
    assert outcome_of(OVERSIZED) == Stopped(Limit.ANSWER, 64, "MiB", 1024.0)
    assert outcome_of({**OVERSIZED, "dtype": "odd"}) == Stopped(Limit.ANSWER, 64, "MiB", None)


@pytest.mark.parametrize(
    ("shape", "said"),
    [([1 << 20, 256], "an array of 1,024 MiB;"), ([1 << 48] * 20, "of more than a million MiB;")],
)
def test_a_claimed_size_is_said_in_a_few_digits(shape: list[int], said: str) -> None:
    found = outcome_of({**OVERSIZED, "shape": shape})
    assert isinstance(found, Stopped)
    assert said in describe_stop(found)


def test_an_announced_exception_is_an_announcement_for_calls_and_loads() -> None:
    assert call(RAISING) == Announced("KeyError")
    assert read_load(frame(RAISING), TOKEN) == Announced("KeyError")


def test_what_loading_came_to_is_read() -> None:
    loaded, failed, missing = (read_load(frame(LOADS[i]), TOKEN) for i in (3, 0, 1))
    assert loaded == Loaded()
    assert failed == NotLoaded("import", Raised("ValueError", "no", (Line(3, "f"),)))
    assert missing == NotLoaded("missing", None, ("f", "g"))


def test_a_bound_is_decoded() -> None:
    blob = np.array([0.5, 0.25]).tobytes()
    assert read_bound(frame(BOUND, blob), TOKEN).tolist() == [0.5, 0.25]


# --- what it must not get away with


@pytest.mark.parametrize("reply", CALLS + LOADS)
@pytest.mark.parametrize("token", ["", "c0ffe", "C0FFEE", "c0ffee\0"])
def test_an_answer_with_another_token_is_garbage(reply: Json, token: str) -> None:
    stray = frame({**reply, "token": token}, BLOB)
    assert isinstance(read_call(stray, TOKEN, 64), Garbled)
    assert isinstance(read_load(stray, TOKEN), Garbled)


@pytest.mark.parametrize("blob", [b"", BLOB[:-1], BLOB + b"\0", BLOB + BLOB])
def test_an_array_whose_bytes_do_not_fit_is_garbage(blob: bytes) -> None:
    assert isinstance(call(ARRAY, blob), Garbled)


@pytest.mark.parametrize("dtype", ["object", "float128", "S4", "\x1b[31m"])
def test_an_array_of_a_dtype_that_does_not_travel_is_garbage(dtype: str) -> None:
    found = call({**ARRAY, "dtype": dtype}, BLOB)
    assert isinstance(found, Garbled)
    require_legible(found)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [2.0]},
        {"shape": ["2"]},
        {"shape": [True, 2]},
        {"shape": [-2]},
        {"shape": [1 << 49]},
        {"shape": [1] * 65},
        {"library": "torch"},
        {"outcome": "passed"},
        {"passed": True},
        {"token": 7},
        {"evidence": None},
        {"evidence": {**EVIDENCE, "overflowed": 0}},
        {"evidence": {**EVIDENCE, "note": "fine"}},
        {"evidence": {**EVIDENCE, "reads": [["params", ["kernel"], [], False]]}},
    ],
    ids=str,
)
def test_an_answer_that_is_nearly_right_is_garbage(change: Json) -> None:
    assert isinstance(call({**ARRAY, **change}, BLOB), Garbled)


@pytest.mark.parametrize("key", sorted(ARRAY))
def test_an_answer_that_lacks_a_key_is_garbage(key: str) -> None:
    reply = {name: value for name, value in ARRAY.items() if name != key}
    assert isinstance(call(reply, BLOB), Garbled)


SIZES = [[1 << 48] * 64, [1 << 40] * 2 + [0], [1 << 40] * 32, [0] * 33, [1 << 48, 0]]


@pytest.mark.parametrize("shape", SIZES, ids=lambda shape: f"{shape[0]}-{len(shape)}")
@pytest.mark.parametrize("kind", ["array", "oversized"])
def test_no_shape_however_large_raises(kind: str, shape: list[int]) -> None:
    found = call({**ARRAY, "outcome": kind, "shape": shape})
    assert isinstance(found, Garbled | Observation)


RAW = [
    b"",
    b"null",
    b"[]",
    b'"c0ffee"',
    b"\xff\xfe",
    b"{" * 10_000,
    b"[" * 100_000,
    b'{"token":' * 5_000,
    b'{"token": "\\ud800", "outcome": "raising", "type": "E"}',
    b'{"token": "c0ffee", "outcome": "raising", "type": "\\udfff"}',
    b'{"token": "c0ffee", "outcome": "raising", "type": "\xed\xa0\x80"}',
    b'{"token": "c0ffee", "outcome": "raising", "type": NaN}',
    b'{"token": "c0ffee", "outcome": "raising", "type": "E", "outcome": "array"}',
    b'{"token": "c0ffee", "outcome": "array", "shape": [' + b"9" * 5_000 + b"]}",
    b'{"token": "c0ffee", "outcome": "array", "shape": [1e999, -Infinity]}',
    b'{"token": "c0ffee", "outcome": "load", "kind": "loaded"} and more',
]


@pytest.mark.parametrize("header", RAW, ids=range(len(RAW)))
def test_what_is_not_an_answer_is_garbage(header: bytes) -> None:
    assert isinstance(read_call(Frame(header, b""), TOKEN, 64), Garbled)
    assert isinstance(read_load(Frame(header, b""), TOKEN), Garbled)


def test_of_two_equal_keys_one_counts() -> None:
    twice = b'{"token": "x", "token": "c0ffee", "outcome": "raising", "type": "A", "type": "B"}'
    assert read_call(Frame(twice, b""), TOKEN, 64) == Announced("B")


def deep(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**300), 10**300)
    | st.floats()
    | st.text()
    | st.text(st.characters(codec=None, categories=["Cc", "Cf", "Cs", "Zl"]), max_size=8)
    | st.sampled_from([TOKEN, "array", "raised", HOSTILE, "x" * 500, deep(200), 1 << 48]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(sorted(ARRAY)), inner, max_size=4)
    ),
    max_leaves=10,
)


@st.composite
def mutated(draw: st.DrawFn, replies: list[Json]) -> Json:
    """Return a valid reply with one to three places in it replaced, removed or added to."""
    reply = copy.deepcopy(draw(st.sampled_from(replies)))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = reply
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
                place = place[key]
                continue
            what = draw(st.sampled_from(["replace", "replace", "replace", "remove", "add"]))
            if what == "remove":
                del place[key]
            elif what == "add" and isinstance(place, dict):
                place[draw(st.text(max_size=5))] = draw(json_values)
            elif what == "add":
                place.append(draw(json_values))
            else:
                place[key] = draw(json_values)
            break
    return reply


hostile_headers = (
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | json_values.map(lambda value: json.dumps(value).encode())
    | mutated(CALLS + LOADS).map(lambda value: json.dumps(value).encode())
)
blobs = st.sampled_from([b"", BLOB, BLOB + b"\0"]) | st.binary(max_size=32)


@MANY
@given(hostile_headers, blobs)
def test_a_hostile_answer_to_a_call_is_an_observation_or_garbage(
    header: bytes, blob: bytes
) -> None:
    found = read_call(Frame(header, blob), TOKEN, 64)
    assert isinstance(found, Observation | Announced | Garbled)
    require_legible(found)


@MANY
@given(hostile_headers, blobs)
def test_a_hostile_answer_to_a_load_is_an_outcome_or_garbage(header: bytes, blob: bytes) -> None:
    found = read_load(Frame(header, blob), TOKEN)
    assert isinstance(found, Loaded | NotLoaded | Announced | Garbled)
    require_legible(found)


LOWERED: Json = {
    "outcome": "lowered",
    "kept": [0, 1],
    "result": "float32[b]",
    "compared": 2,
    "lost": False,
}
PRODUCT: Json = {
    "batch": [[0, 0]],
    "summed": [[1, 1]],
    "names": ["%a", "%b"],
    "types": ["tensor<?x?xf32>", "tensor<?x?x?xf32>"],
    "depends": [[1], [0]],
}
USE: Json = {"type": "tensor<?x?xf32>", "depends": [0], "meets": [0, 1]}
OF_PROGRAMS: list[Json] = [
    {"token": TOKEN, **reply}
    for reply in (
        LOWERED,
        {"outcome": "too_large"},
        {"outcome": "not_an_array"},
        {"outcome": "turned", "turns": [0, 3]},
        {"outcome": "analysed", "name": "0" * 64, "products": [PRODUCT], "uses": [USE]},
        {"outcome": "refused", "reason": "it has the operation x"},
        {"outcome": "interpreted", "dtype": "float32", "shape": [2]},
    )
]
READERS: dict[str, tuple[Callable[[Frame, str], object], tuple[type, ...]]] = {
    "lowered": (read_lowered, (Lowered, Raised, Refused, Announced)),
    "turns": (read_turns, (list,)),
    "program": (read_program, (Program, Refused)),
    "interpreted": (read_interpreted, (Returned, Refused)),
}


@MANY
@pytest.mark.parametrize("reader", READERS)
@given(
    header=hostile_headers
    | mutated(OF_PROGRAMS).map(lambda value: json.dumps(value).encode())
    | st.sampled_from(OF_PROGRAMS).map(lambda value: json.dumps(value).encode()),
    blob=blobs,
)
def test_a_hostile_answer_about_a_program_is_read_or_garbage(
    reader: str, header: bytes, blob: bytes
) -> None:
    read, kinds = READERS[reader]
    found = read(Frame(header, blob), TOKEN)
    assert isinstance(found, (*kinds, Garbled))
    if not isinstance(found, list | Lowered | Returned):
        require_legible(found)


@MANY
@given(hostile_headers | mutated([BOUND]).map(lambda v: json.dumps(v).encode()), blobs)
def test_a_bound_is_an_array_or_a_judge_error(header: bytes, blob: bytes) -> None:
    try:
        bound = read_bound(Frame(header, blob), TOKEN)
    except JudgeError:
        return
    assert bound.dtype == np.float64


@pytest.mark.parametrize(
    ("reply", "blob"),
    [
        ({**BOUND, "token": "other"}, b"\0" * 16),
        ({**BOUND, "dtype": "float32"}, b"\0" * 8),
        ({**BOUND, "shape": [3]}, b"\0" * 16),
        ({**BOUND, "shape": [1 << 40, 1 << 40, 0]}, b""),
        (FAILED, b""),
    ],
)
def test_a_bound_of_another_kind_is_a_judge_error(reply: Json, blob: bytes) -> None:
    with pytest.raises(JudgeError):
        read_bound(frame(reply, blob), TOKEN)


# --- what a learner's text looks like once it is read


def test_control_and_bidi_characters_come_out_escaped_everywhere() -> None:
    evidence = {
        "variables": [[HOSTILE, [HOSTILE], [1], HOSTILE, True]],
        "reads": [[HOSTILE, [HOSTILE], [[HOSTILE, HOSTILE, True, HOSTILE, 2]], False, HOSTILE]],
        "overflowed": False,
    }
    raised = {
        "type": HOSTILE,
        "message": HOSTILE,
        "memory": False,
        "errno": None,
        "frames": [[1, HOSTILE]],
    }
    found = [
        call({**FAILED, "raised": raised, "evidence": evidence}),
        call({**OTHER, "type": HOSTILE}),
        call({**RAISING, "type": HOSTILE}),
        read_load(frame({**MISSING, "names": [HOSTILE], "signature": HOSTILE}), TOKEN),
        read_load(frame({**NOT_IMPORTED, "raised": raised}), TOKEN),
    ]
    for record in found:
        assert not isinstance(record, Garbled)
        assert any("\\x1b[31m" in text and "\\u202e" in text for text in texts(record))
        require_legible(record)


def test_an_address_in_a_message_is_masked() -> None:
    message = "no <object at 0x7f3a5c0b9d60>"
    found = outcome_of({**FAILED, "raised": {**RAISED, "message": message}})
    assert isinstance(found, Raised)
    assert found.message == "no <object at 0x...>"


def test_a_long_message_is_cut() -> None:
    found = outcome_of({**FAILED, "raised": {**RAISED, "message": "x" * 8000}})
    assert isinstance(found, Raised)
    assert found.message is not None
    assert len(found.message) < 4100


def test_a_name_stays_on_one_line() -> None:
    assert outcome_of({**OTHER, "type": "a\nb\tc"}) == NotAnArray("a b c")
