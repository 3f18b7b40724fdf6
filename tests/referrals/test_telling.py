"""Who is told that something waits: in the agency's own order, once, and never of whom."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given
from sqlalchemy import text

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from referrals.rules.reasons import Asks, Declined
from referrals.rules.telling import Quiet
from referrals.views import said
from referrals.views.contacts import ContactIn
from tests.access.builders import RING, a_member
from tests.builders import NOON
from tests.referrals.builders import (
    Provider,
    a_clock,
    a_provider,
    a_responder,
    agreed,
    answers,
    created,
    offered,
    says,
    ticked,
)

NIGHT: dict[str, Any] = {"quiet_from": time(22), "quiet_to": time(7), "zone": "America/Denver"}


async def _tells(database: Database, provider: Provider, *who: dict[str, Any]) -> None:
    boss = Caller(id=provider.staff.id, agency_id=provider.staff.agency_id, roles=frozenset({Role.provider_manager}))
    async with database.transaction(boss) as db:
        given_ = [ContactIn.model_validate({"channel": "mail"} | one) for one in who]
        await referrals.set_contacts(db, boss, given=given_, ring=RING)


async def _told(database: Database) -> list[tuple[str, str]]:
    """What has been written since the last time, and to whom."""
    async with database.transaction(SYSTEM) as db:
        await referrals.fan_out(db, ring=RING, public_url="https://doorlight.example.org")
        found = await db.execute(text("DELETE FROM letter RETURNING id, kind, address"))
        return sorted((row.kind, RING.open(row.address, row=row.id, column="letter.address")) for row in found)


async def test_whoever_is_asked_is_told_then_reminded_then_the_next_and_in_the_end_supervisors(
    database: Database, clone: Cluster
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    boss = {"address": "boss@example.org", "supervisor": True}
    await _tells(database, house, {"address": "desk@example.org"}, {"address": "night@example.org"}, boss)
    with a_clock(clone) as clock:
        await offered(database, rosa, house, urgency="urgent")
        assert await _told(database) == [("referral_waits", "desk@example.org")]
        for minutes, who in ((11, "night"), (16, "desk"), (23, "night")):  # at 10 somebody should have opened it
            clock.stands_at(NOON + timedelta(minutes=minutes))
            await ticked(database)
            assert await _told(database) == [("referral_reminds", f"{who}@example.org")]
        clock.stands_at(NOON + timedelta(minutes=31))
        await ticked(database)
        assert await _told(database) == [
            ("referral_overdue", "boss@example.org"),
            ("referral_overdue", "night@example.org"),
        ]


async def test_who_has_opened_it_is_not_told_to_open_it(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _tells(database, house, {"address": "desk@example.org"}, {"address": "night@example.org"})
    with a_clock(clone) as clock:
        asked = await offered(database, rosa, house, urgency="urgent")
        await answers(database, house.staff, asked.offers[0].id, said.SeeIn())
        await _told(database)
        clock.stands_at(NOON + timedelta(minutes=11))
        await ticked(database)
        assert await _told(database) == []


async def test_while_others_are_asked_the_referrers_supervisors_hear_that_one_said_nothing(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite")]
    assert rosa.agency_id is not None
    boss = await a_member(database, rosa.agency_id, Role.administrator, name="Bea")
    with a_clock(clone) as clock:
        await offered(database, rosa, *houses, urgency="urgent")
        await _told(database)
        clock.stands_at(NOON + timedelta(minutes=31))
        await ticked(database)
        assert await _told(database) == [("referral_overdue", boss.email)]


async def test_who_said_yes_if_is_not_told_that_they_said_nothing(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite")]
    await _tells(database, houses[0], {"address": "desk@example.org"})
    with a_clock(clone) as clock:
        asked = await offered(database, rosa, *houses, urgency="urgent")
        await answers(database, houses[0].staff, asked.offers[0].id, said.AcceptIfIn(asks=[Asks.id]))
        await _told(database)
        clock.stands_at(NOON + timedelta(minutes=16))  # the clock of a choice is over, and nobody has agreed
        await ticked(database)
        assert [one for one in await _told(database) if one[1] == "desk@example.org"] == []


@pytest.mark.parametrize("by_itself", [True, False])
async def test_that_it_is_time_to_ask_how_it_went_is_told_to_whom_nobody_has_told(
    database: Database, clone: Cluster, *, by_itself: bool
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _tells(database, house, {"address": "desk@example.org"})
    with a_clock(clone) as clock:
        made = await created(database, rosa, mode="cold")
        await says(database, rosa, made.id, agreed(may_contact=True))
        asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
        for one in (said.HandOffIn(person_present=True), said.EngageIn()):
            await says(database, house.staff, made.id, one)
        await _told(database)
        if by_itself:
            clock.stands_at(NOON + timedelta(hours=24))
            await ticked(database)
        else:
            await says(database, house.staff, made.id, said.FollowUpIn())
        assert await _told(database) == [("referral_follows_up", "desk@example.org")][: int(by_itself)]


@pytest.mark.parametrize(("reason", "kinds"), [(Declined.duplicate, ["referral_refused"]), (Declined.other, [])])
async def test_a_reason_that_a_supervisor_looks_at_is_told_to_them(
    database: Database, clone: Cluster, reason: Declined, kinds: list[str]
) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite")]
    assert rosa.agency_id is not None
    boss = await a_member(database, rosa.agency_id, Role.administrator, name="Bea")
    with a_clock(clone):
        asked = await offered(database, rosa, *houses)
        await answers(database, houses[0].staff, asked.offers[0].id, said.DeclineIn(reason=reason))
        assert await _told(database) == [(kind, boss.email) for kind in kinds]


async def test_an_agency_that_has_named_nobody_is_told_by_its_administrators(
    database: Database, clone: Cluster
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    assert house.staff.agency_id is not None
    boss = await a_member(database, house.staff.agency_id, Role.administrator, name="Bea")
    with a_clock(clone):
        await offered(database, rosa, house)
        assert await _told(database) == [("referral_waits", boss.email)]


async def test_a_contact_that_cannot_be_opened_holds_nobody_else_back(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _tells(database, house, {"address": "desk@example.org"})
    with a_clock(clone):
        await offered(database, rosa, house)
        async with database.transaction(SYSTEM) as db:
            await db.execute(text("UPDATE agency_contact SET address = 'spoilt'"))
        assert await _told(database) == []
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM referral_outbox")) == 0


async def test_an_administrator_who_cannot_be_opened_holds_no_other_back(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    assert house.staff.agency_id is not None
    lost, boss = [
        await a_member(database, house.staff.agency_id, Role.administrator, name=name) for name in ("Ann", "Bea")
    ]
    async with database.transaction(SYSTEM) as db:
        await db.execute(text("UPDATE person SET email = 'spoilt' WHERE id = :id"), {"id": lost.caller.id})
    with a_clock(clone):
        await offered(database, rosa, house)
        assert await _told(database) == [("referral_waits", boss.email)]


async def test_administrators_are_told_once_of_what_two_were_to_be_told(database: Database, clone: Cluster) -> None:
    """That nobody could take the person is for a contact of the referrer's and for its supervisors; nobody is named."""
    rosa, house = await a_responder(database), await a_provider(database, "House")
    assert rosa.agency_id is not None
    boss = await a_member(database, rosa.agency_id, Role.administrator, name="Bea")
    with a_clock(clone) as clock:
        await offered(database, rosa, house, urgency="urgent")
        await _told(database)
        clock.stands_at(NOON + timedelta(minutes=31))
        await ticked(database)
        assert [one for one in await _told(database) if one[1] == boss.email] == [("referral_unplaced", boss.email)]


async def test_a_clock_that_the_agency_has_set_is_the_one_that_runs(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    boss = Caller(id=rosa.id, agency_id=rosa.agency_id, roles=frozenset({Role.administrator}))
    async with database.transaction(boss) as db:
        answer = referrals.ClockIn(clock=referrals.Clock.answer, urgency=referrals.Urgency.urgent, lasts_s=600)
        await referrals.set_clocks(db, boss, given=[answer])
    with a_clock(clone):
        asked = await offered(database, rosa, house, urgency="urgent")
    assert asked.offers[0].timer is not None
    assert asked.offers[0].timer.until - asked.offers[0].timer.since == timedelta(minutes=10)


async def test_at_night_reminders_wait_but_not_in_an_emergency(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _tells(database, house, {"address": "desk@example.org"} | NIGHT)
    night = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # 23:00 in Denver
    due: dict[str, datetime] = {}
    for urgency in ("urgent", "emergent"):
        with a_clock(clone, night) as clock:
            await offered(database, rosa, house, urgency=urgency)
            await _told(database)
            clock.stands_at(night + timedelta(minutes=16 if urgency == "urgent" else 8))
            await ticked(database)
            async with database.transaction(SYSTEM) as db:
                await referrals.fan_out(db, ring=RING, public_url="https://doorlight.example.org")
                (due[urgency],) = set((await db.scalars(text("DELETE FROM letter RETURNING due_at"))).all())
    assert due["urgent"] == datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    assert due["emergent"] == night + timedelta(minutes=8)


@pytest.mark.parametrize(("urgency", "waits"), [("routine", True), ("urgent", False), ("emergent", False)])
async def test_at_night_what_is_routine_waits_from_the_first(
    database: Database, clone: Cluster, *, urgency: str, waits: bool
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _tells(database, house, {"address": "desk@example.org"} | NIGHT)
    night = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # 23:00 in Denver
    with a_clock(clone, night):
        await offered(database, rosa, house, urgency=urgency)
        async with database.transaction(SYSTEM) as db:
            await referrals.fan_out(db, ring=RING, public_url="https://doorlight.example.org")
            (due,) = (await db.scalars(text("DELETE FROM letter RETURNING due_at"))).all()
    assert due == (datetime(2026, 11, 21, 14, 0, tzinfo=UTC) if waits else night)


@given(st.times(), st.times(), st.integers(0, 365 * 24 * 60))
def test_quiet_hours_end_within_a_day_and_never_before_now(begins: time, ends: time, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    over = Quiet(begins, ends, "America/Denver").over(now)
    assert timedelta(0) <= over - now <= timedelta(hours=25)
    if over != now:
        assert over.astimezone(ZoneInfo("America/Denver")).time().replace(fold=0) == ends
