"""A file taken apart piece by piece says what it says as a whole, wherever the pieces are cut."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importers.source import _whole
from importers.text import NotJson, Text, loads

plain = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
values: st.SearchStrategy[Any] = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
indents = st.sampled_from([None, 0, 3])
chunks = st.integers(1, 40)


@contextmanager
def _in_chunks_of(size: int) -> Iterator[None]:
    with patch("importers.text._CHUNK", size):
        yield


@given(st.lists(values, max_size=5), indents, st.booleans(), chunks)
def test_the_elements_of_a_list_are_its_elements(said: list[Any], indent: int | None, ascii_: bool, chunk: int) -> None:
    raw = json.dumps(said, indent=indent, ensure_ascii=ascii_).encode()
    with _in_chunks_of(chunk):
        pieces = [*Text(BytesIO(b"  " + raw)).elements()]
    assert [loads(piece, at) for at, piece in pieces] == said
    assert all((b"  " + raw)[at:].startswith(piece) for at, piece in pieces)


@given(st.dictionaries(st.text(), values, max_size=5), indents, chunks)
def test_the_members_of_an_object_are_its_members(said: dict[str, Any], indent: int | None, chunk: int) -> None:
    raw = json.dumps(said, indent=indent).encode()
    with _in_chunks_of(chunk):
        text = Text(BytesIO(raw))
        assert {name: text.read() for name in text.members()} == said


junk = st.sampled_from(
    [b"", b",", b"]", b"}", b"[", b"{", b":", b'"', b"\\", b"1", b" ", b"x", b"\xff", b"null", b"\x0c"]
)
cuts = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2), junk), max_size=3)


@given(st.one_of(values, st.fixed_dictionaries({"contents": st.lists(values, max_size=3)})), cuts, chunks)
@example([1], [(2, 0, b",")], 1)
@example({"a": 1}, [(6, 0, b",")], 1)
@example([1, 2], [(2, 1, b"")], 1)
def test_text_is_refused_where_the_whole_would_be(said: Any, bent: list[tuple[int, int, bytes]], chunk: int) -> None:
    raw = orjson.dumps(said)
    for at, gone, put in bent:
        raw = raw[:at] + put + raw[at + gone :]
    try:
        orjson.loads(raw)
        good = True
    except orjson.JSONDecodeError:
        good = False
    with _in_chunks_of(chunk):
        if good:
            _whole(BytesIO(raw), 0)
        else:
            with pytest.raises(NotJson) as told:
                _whole(BytesIO(raw), 0)
            assert 0 <= told.value.at <= len(raw)


def test_a_value_far_longer_than_a_piece_is_found_whole() -> None:
    said = ["x" * 100_000, {"y": ['"]}\\' * 20_000]}]
    with _in_chunks_of(100):
        pieces = Text(BytesIO(orjson.dumps(said))).elements()
        assert [loads(piece, at) for at, piece in pieces] == said
