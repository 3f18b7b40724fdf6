"""What an agency has not yet seen: all of it, whoever commits first, and nothing of anybody else's."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

import referrals
from core.db import Database
from core.security import Caller, Role
from referrals.errors import BadCursor
from referrals.rules.cursor import Cursor, NoCursor, Seen
from referrals.service import feed as reading
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import a_provider, a_responder, answers, created, offered, says

BEGINNING = "3:3:"


async def _feed(database: Database, caller: Caller, after: str | None = None) -> referrals.FeedView:
    async with database.transaction(caller) as db:
        return await referrals.feed(db, caller, after=after)


async def _all(database: Database, caller: Caller, after: str) -> list[referrals.NewsView]:
    """Page by page."""
    found: list[referrals.NewsView] = []
    while True:
        page = await _feed(database, caller, after)
        found += page.events
        after = page.cursor
        if not page.more:
            return found


@asynccontextmanager
async def _uncommitted(database: Database, caller: Caller) -> AsyncIterator[referrals.Made]:
    """A referral that is written and not yet committed while the block runs."""
    async with database.transaction(caller) as db:
        asked = referrals.ReferralIn.model_validate({"kinds": ["SITE.SOBER"]})
        yield await referrals.create(db, caller, referral=asked, ring=RING)


def _referrals(events: Sequence[referrals.NewsView]) -> list[str]:
    return [str(one.referral_id) for one in events]


async def test_without_a_cursor_one_is_told_where_to_begin(database: Database) -> None:
    rosa = await a_responder(database)
    await created(database, rosa)
    began = await _feed(database, rosa)
    assert (began.events, began.more, began.reset) == ([], False, False)
    later = await created(database, rosa)
    after = await _feed(database, rosa, began.cursor)
    assert _referrals(after.events) == [str(later.id)]
    assert (await _feed(database, rosa, after.cursor)).events == []


async def test_what_commits_late_is_seen_by_who_has_seen_what_came_after_it(database: Database) -> None:
    rosa = await a_responder(database)
    began = await _feed(database, rosa)
    async with _uncommitted(database, rosa) as late:
        early = await created(database, rosa)
        meanwhile = await _feed(database, rosa, began.cursor)
        assert _referrals(meanwhile.events) == [str(early.id)]
    after = await _feed(database, rosa, meanwhile.cursor)
    assert _referrals(after.events) == [str(late.id)]
    assert int(after.events[0].event.removeprefix("evt_")) < int(meanwhile.events[0].event.removeprefix("evt_"))


async def test_what_is_rolled_back_is_never_told(database: Database) -> None:
    rosa = await a_responder(database)
    began = await _feed(database, rosa)
    cursors = []
    with suppress(ZeroDivisionError):
        async with _uncommitted(database, rosa):
            cursors.append((await _feed(database, rosa, began.cursor)).cursor)
            raise ZeroDivisionError
    for cursor in (began.cursor, *cursors):
        assert (await _feed(database, rosa, cursor)).events == []
    assert len(cursors) == 1


async def test_page_by_page_each_comes_once_also_what_commits_between_two_pages(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    rosa = await a_responder(database)
    began = await _feed(database, rosa)
    async with _uncommitted(database, rosa) as late:
        many = [await created(database, rosa) for _ in range(5)]
        first = await _feed(database, rosa, began.cursor)
        assert first.more
    rest = await _all(database, rosa, first.cursor)
    seen = _referrals(first.events) + _referrals(rest)
    assert seen == [str(one.id) for one in (*many, late)]


async def test_a_cursor_of_another_database_begins_anew_and_says_so(database: Database) -> None:
    rosa = await a_responder(database)
    await created(database, rosa)
    far = 1 << 40
    found = await _feed(database, rosa, f"{far}:{far}:")
    assert (found.events, found.reset) == ([], True)
    assert (await _feed(database, rosa, found.cursor)).reset is False


@pytest.mark.parametrize("said", ["", "1", "3:2:", "3:9:9", "3:9:4,4", "3:9:2", "a:b:", "3:3:~3:3:", "3:3:;", "-3:3:"])
async def test_what_is_no_cursor_is_refused(database: Database, said: str) -> None:
    with pytest.raises(BadCursor):
        await _feed(database, await a_responder(database), said)


async def test_each_agency_is_told_what_row_level_security_shows_it_and_no_more(database: Database) -> None:
    rosa, otto = await a_responder(database), await a_responder(database, "Otto")
    first, second, unasked = [await a_provider(database, name) for name in ("First", "Second", "Unasked")]
    step = await offered(database, rosa, first, second)
    await answers(database, first.staff, step.offers[0].id, said.DeclineIn(reason=referrals.Declined.age))
    await answers(database, second.staff, step.offers[1].id, said.AcceptIn())
    await says(database, second.staff, step.id, said.ConnectIn())
    counts = []
    for caller in (rosa, first.staff, second.staff, unasked.staff, otto):
        async with database.transaction(caller) as db:
            shown = (await db.scalars(text("SELECT 'evt_' || id FROM referral_event ORDER BY id"))).all()
        told = [one.event for one in (await _feed(database, caller, BEGINNING)).events]
        assert told == shown
        counts.append(len(told))
    assert counts[0] > counts[2] > counts[1] > 0
    assert counts[3:] == [0, 0]


async def test_who_reads_for_everybody_is_told_which_agencies_each_concerns(database: Database) -> None:
    rosa, otto = await a_responder(database), await a_responder(database, "Otto")
    house = await a_provider(database, "House")
    step = await offered(database, rosa, house)
    await answers(database, house.staff, step.offers[0].id, said.AcceptIn())
    await created(database, otto)
    async with database.transaction(Caller(roles=frozenset({Role.system}))) as db:
        page = await referrals.all_since(db, referrals.read_cursor(BEGINNING))
    for caller in (rosa, house.staff, otto):
        told = [one.event for one in (await _feed(database, caller, BEGINNING)).events]
        assert told == [one.told.name for one in page.lines if caller.agency_id in one.agencies]
        assert told


_XIDS = st.integers(1, 60)


@st.composite
def _snapshots(draw: st.DrawFn) -> Seen:
    low, high = sorted((draw(_XIDS), draw(_XIDS)))
    inside = st.integers(low, high - 1) if low < high else st.nothing()
    return Seen(low, high, draw(st.frozensets(inside, max_size=5)) if low < high else frozenset())


@given(_snapshots(), _snapshots(), st.integers(0, 9))
def test_a_cursor_is_read_as_it_is_written(since: Seen, to: Seen, after: int) -> None:
    for cursor in (Cursor(since), Cursor(since, to, after)):
        assert Cursor.of(str(cursor)) == cursor


@given(_snapshots(), _XIDS)
def test_what_was_not_seen_began_later_or_was_under_way(seen: Seen, xid: int) -> None:
    assert seen.has(xid) is not (xid >= seen.high or xid in seen.under_way)


@pytest.mark.parametrize("snapshot", ["3:3:", "5:9:", "5:9:5", "5:9:5,7,8", "5:12:6,11"])
async def test_it_is_what_the_database_takes_for_seen(database: Database, snapshot: str) -> None:
    asked = text(
        "SELECT n, pg_visible_in_snapshot(n::text::xid8, CAST(:it AS pg_snapshot)) FROM generate_series(3, 14) AS n"
    )
    async with database.transaction() as db:
        found = [(row.n, row.pg_visible_in_snapshot) for row in await db.execute(asked, {"it": snapshot})]
    assert found == [(number, Seen.of(snapshot).has(number)) for number in range(3, 15)]


@given(st.text(alphabet="0123456789:,~-x ", max_size=20))
def test_whatever_is_sent_is_read_or_refused(said: str) -> None:
    with suppress(NoCursor):
        assert str(Cursor.of(said)).count(":") >= 2
