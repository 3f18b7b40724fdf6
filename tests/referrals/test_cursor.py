"""A cursor is what the database could see, as text."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cluster import Database as Cluster
from referrals.rules.cursor import Cursor, NoCursor, Seen

_WRONG = (
    "", ":", "1", "1:2", "0:1:", "2:1:", "1:2:3", "1:5:3,2", "1:5:2,2", "a:b:", "1:2:~", "1:2:~1:2:", "1:2:~1:2:~x",
    "-1:2:", "1:2:1,", "\u0661:2:", f"1:{1 << 63}:", "1:2:" + "1" * 10_000,
)  # fmt: skip


@st.composite
def _snapshots(draw: st.DrawFn) -> Seen:
    low = draw(st.integers(3, 1_000))
    high = low + draw(st.integers(0, 20))
    under_way = draw(st.frozensets(st.integers(low, high - 1), max_size=8)) if high > low else frozenset()
    return Seen(low, high, under_way)


@given(_snapshots(), _snapshots(), st.integers(0, 99))
def test_what_is_written_is_read(since: Seen, to: Seen, after: int) -> None:
    for cursor in (Cursor(since), Cursor(since, to, after)):
        assert Cursor.of(str(cursor)) == cursor


@pytest.mark.parametrize("said", _WRONG)
def test_what_is_none_is_refused(said: str) -> None:
    with pytest.raises(NoCursor):
        Cursor.of(said)


def test_it_sees_what_the_database_sees(clone: Cluster) -> None:
    with psycopg.connect(clone.service_dsn) as db:
        for seen in (Seen(10, 20, frozenset({10, 15, 19})), Seen(12, 12, frozenset()), Seen(10, 12, frozenset({10}))):
            asked = "SELECT pg_visible_in_snapshot(n::text::xid8, %s::pg_snapshot) FROM generate_series(8, 22) AS n"
            found = [row[0] for row in db.execute(asked, (str(seen),)).fetchall()]
            assert found == [seen.has(xid) for xid in range(8, 23)]
