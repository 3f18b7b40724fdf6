"""Person data at rest: readable with the ring alone, where it was written alone."""

import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.secrets import Keys, KeysUnusable, SealBroken, make_file, new_ring, read, replace_file

pytestmark = pytest.mark.security

RING = new_ring("2026-11")
ROW = uuid4()


@given(st.text())
def test_what_is_sealed_can_be_opened_where_it_was_sealed(text: str) -> None:
    sealed = RING.seal(text, row=ROW, column="person.name")
    assert RING.open(sealed, row=ROW, column="person.name") == text
    assert len(text) < 8 or text.encode() not in sealed


@pytest.mark.parametrize(("row", "column"), [(UUID(int=1), "person.name"), (ROW, "person.email")])
def test_sealed_text_that_was_moved_stays_shut(row: object, column: str) -> None:
    sealed = RING.seal("Ana", row=ROW, column="person.name")
    with pytest.raises(SealBroken):
        RING.open(sealed, row=row, column=column)  # type: ignore[arg-type]


def test_sealed_text_that_was_changed_stays_shut_at_every_byte() -> None:
    sealed = RING.seal("Ana", row=ROW, column="person.name")
    for n in range(len(sealed)):
        changed = bytes([*sealed[:n], sealed[n] ^ 1, *sealed[n + 1 :]])
        with pytest.raises(SealBroken):
            RING.open(changed, row=ROW, column="person.name")


def test_the_same_text_is_sealed_otherwise_each_time_and_found_by_its_blind() -> None:
    one, other = (RING.seal("ana@example.org", row=ROW, column="person.email") for _ in range(2))
    assert one != other
    assert RING.blind(" Ana@Example.org") == RING.blind("ana@example.org") != RING.blind("ana@example.com")
    assert new_ring("x").blind("ana@example.org") != RING.blind("ana@example.org")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    sealed = RING.seal("Ana", row=ROW, column="person.name")
    grown = RING.with_key("2026-12")
    assert grown.open(sealed, row=ROW, column="person.name") == "Ana"
    assert (grown.is_old(sealed), grown.is_old(grown.seal("Ana", row=ROW, column="x"))) == (True, False)
    with pytest.raises(SealBroken, match="2026-12"):
        RING.open(grown.seal("Ana", row=ROW, column="x"), row=ROW, column="x")
    assert grown.blind("ana") == RING.blind("ana")


def test_a_ring_is_written_as_it_is_read_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    make_file(file, "2026-11")
    made = file.read_text()
    make_file(file, "2026-12")
    assert file.read_text() == made, "a ring that is there is never replaced: what it sealed would be lost"
    assert read(made).written() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_ring_that_changes_on_disk_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    make_file(file, "2026-11")
    keys = Keys(path=file)
    before = keys.ring
    assert keys.ring is before
    replace_file(file, before.with_key("2026-12"))
    assert keys.ring.newest == "2026-12"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"index": "", "keys": {}}', '{"index": "AAAA", "keys": {"a": "AAAA"}}', '{"index": 1, "keys": 2}',
     new_ring("a").written().replace('"a"', '"b"').replace("keys", "key")],
)  # fmt: skip
def test_what_is_no_ring_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(KeysUnusable) as refused:
        read(text)
    assert len(text) < 8 or text not in str(refused.value)


def test_no_ring_says_how_to_set_one(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="DOORLIGHT_KEYS_FILE"):
        _ = Keys().ring
    with pytest.raises(KeysUnusable, match=r"keys\.json cannot be read"):
        _ = Keys(path=tmp_path / "keys.json").ring
