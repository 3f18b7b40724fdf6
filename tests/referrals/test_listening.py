"""Listeners of one process, without a connection between: who is let go of, when, and what they may come back with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from fastapi import FastAPI, Request

import referrals
from api import live
from api.app import create_app
from api.live import Live
from api.who import still
from core import access, clock
from core.announcing import Announcer
from core.cluster import Database as Cluster
from core.db import Database
from core.security import PUBLIC, SYSTEM, Caller, Role
from core.settings import Settings
from tests.access.builders import RING, a_member, an_agency, caller_by
from tests.referrals.builders import a_responder, created
from tests.referrals.listeners import SOON_S, cookie_of


@pytest.fixture
async def hub(database: Database) -> AsyncIterator[Live]:
    held = Live(database)
    yield held
    held.close()


async def _always() -> bool:
    return True


async def _never() -> bool:
    return False


async def test_who_reads_too_slowly_is_let_go_of_and_misses_nothing_on_coming_back(
    database: Database, hub: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "WAITING", 2)
    rosa = await a_responder(database)
    async with aclosing(hub.news(rosa, None, _always)) as slow, aclosing(hub.news(rosa, None, _always)) as quick:
        first = await anext(slow)
        await anext(quick)
        made = []
        for _ in range(4):  # one update each
            made.append((await created(database, rosa)).id)
            async with asyncio.timeout(SOON_S):
                await anext(quick)
        assert [one async for one in slow] == []
    async with aclosing(hub.news(rosa, first.update.cursor, _always)) as again:
        assert [one.referral_id for one in (await anext(again)).update.events] == made


async def test_who_may_listen_no_more_is_let_go_of(
    database: Database, hub: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECKED_S", 0.05)
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.05)
    rosa = await a_responder(database)
    async with asyncio.timeout(SOON_S):
        kinds = [one.update.kind async for one in hub.news(rosa, None, _never)]
    assert kinds[0] == "ready"
    assert set(kinds[1:]) <= {"alive"}
    assert hub.many == 0


def test_who_listens_is_looked_at_within_a_minute() -> None:
    assert live.CHECKED_S + live.KEEP_ALIVE_S <= 60


async def test_a_quiet_stream_says_that_it_is_alive_and_where_it_stands(
    database: Database, hub: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.05)
    rosa = await a_responder(database)
    async with asyncio.timeout(SOON_S), aclosing(hub.news(rosa, None, _always)) as news:
        await anext(news)
        alive = await anext(news)
    assert alive.text == f":\nid: {alive.update.cursor}\n\n".encode()


async def test_it_is_heard_without_anybody_saying_so(
    database: Database, hub: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process may die between its commit and saying so."""
    monkeypatch.setattr(Announcer, "soon", lambda *_: None)
    rosa = await a_responder(database)
    async with asyncio.timeout(SOON_S), aclosing(hub.news(rosa, None, _always)) as news:
        await anext(news)
        made = await created(database, rosa)
        assert [one.referral_id for one in (await anext(news)).update.events] == [made.id]


async def test_nobody_comes_in_once_it_is_closed(database: Database, hub: Live) -> None:
    rosa = await a_responder(database)
    hub.close()
    with pytest.raises(live.Stopping):
        await anext(hub.news(rosa, None, _always))


@pytest.mark.parametrize("caller", [PUBLIC, Caller(roles=frozenset({Role.evaluator}))])
async def test_who_neither_sends_nor_receives_people_hears_nothing(hub: Live, caller: Caller) -> None:
    with pytest.raises(access.NotAllowed):
        await anext(hub.news(caller, None, _always))


def _asked(app: FastAPI, headers: dict[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "app": app, "headers": raw})


async def test_a_sign_in_that_ended_and_a_role_that_was_taken_away_are_noticed(
    database: Database, clone: Cluster
) -> None:
    app = create_app(Settings(service_dsn=clone.service_dsn))
    app.state.database = database
    agency = await an_agency(database)
    boss = await a_member(database, agency, Role.administrator, name="Bea")
    for end in ("sign_out", "end_membership"):
        ana = await a_member(database, agency, name=f"ana.{end}")
        shown = await cookie_of(database, ana.caller)
        request, caller = _asked(app, shown), await caller_by(database, shown)
        assert await still(request, caller)
        async with database.transaction(SYSTEM if end == "sign_out" else boss.caller) as db:
            if end == "sign_out":
                await access.sign_out(db, token=shown["cookie"].partition("=")[2], now=clock.now())
            else:
                assert ana.caller.id is not None
                await access.end_membership(db, boss.caller, person_id=ana.caller.id, role=None, now=clock.now())
        assert not await still(request, caller)


async def test_the_feed_goes_page_by_page_and_leaves_nothing_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.service.feed.PAGE", 3)
    rosa = await a_responder(database)
    async with database.transaction(rosa) as db:
        cursor = (await referrals.feed(db, rosa)).cursor
    made = [(await created(database, rosa)).id for _ in range(7)]
    found, more = [], True
    while more:
        async with database.transaction(rosa) as db:
            page = await referrals.feed(db, rosa, after=cursor)
        found += [one.referral_id for one in page.events]
        cursor, more = page.cursor, page.more
    assert found == made


async def test_the_feed_finds_what_commits_late(database: Database) -> None:
    rosa = await a_responder(database)
    async with database.transaction(rosa) as db:
        cursor = (await referrals.feed(db, rosa)).cursor
    async with database.transaction(rosa) as late:
        held = await referrals.create(late, rosa, referral=referrals.ReferralIn(kinds=["SITE.SOBER"]), ring=RING)
        early = await created(database, rosa)
        async with database.transaction(rosa) as db:
            first = await referrals.feed(db, rosa, after=cursor)
    async with database.transaction(rosa) as db:
        second = await referrals.feed(db, rosa, after=first.cursor)
    assert [one.referral_id for one in first.events] == [early.id]
    assert [one.referral_id for one in second.events] == [held.id]


async def test_the_feed_of_another_database_begins_anew(database: Database) -> None:
    rosa = await a_responder(database)
    async with database.transaction(rosa) as db:
        page = await referrals.feed(db, rosa, after=f"{1 << 62}:{1 << 62}:")
        assert (page.reset, page.events) == (True, [])
        with pytest.raises(referrals.BadCursor):
            await referrals.feed(db, rosa, after="12")
