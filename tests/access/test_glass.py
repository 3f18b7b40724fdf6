"""Breaking the glass: for a reason, for a while, by one person, for reading; and whoever is looked into is told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from api import glass
from core import access, tenancy
from core.access.errors import BadGlass, GlassOver, NobodyToTell, NoSuchAgency, NoSuchGlass, NotAllowed
from core.access.rules.glass import LONGEST, ends_at, is_over, reason_of
from core.db import Database
from core.security import GIVEN, SYSTEM, Caller, Role
from tests.access.builders import RING, Member, a_member, an_agency
from tests.builders import NOON
from tests.directory.claimants import WRITING, arrived

pytestmark = pytest.mark.security
WHY = "Their dispatcher does not answer"


async def _town(database: Database) -> tuple[Member, Member]:
    """An administrator of each of two agencies."""
    ours, theirs = await an_agency(database, "Lamplight Responders"), await an_agency(database, "Harbor House")
    ana = await a_member(database, ours, Role.administrator, name="Ana")
    return ana, await a_member(database, theirs, Role.administrator, name="Bea")


async def _break(
    database: Database, by: Caller, agency: UUID | None, *, reason: str = WHY, minutes: int = 30, now: datetime = NOON
) -> access.GlassView:
    assert agency is not None
    async with database.transaction(by) as db:
        return await glass.break_glass(
            db, by, agency_id=agency, reason=reason, minutes=minutes, writing=WRITING, now=now
        )


async def _people(database: Database, by: Caller, broken: UUID, now: datetime = NOON) -> list[str]:
    async with database.transaction(by) as db:
        return [one.email for one in await access.glass_people(db, by, break_glass_id=broken, ring=RING, now=now)]


async def _end(database: Database, by: Caller, broken: UUID, now: datetime = NOON) -> access.GlassView:
    async with database.transaction(by) as db:
        return await access.end_glass(db, by, break_glass_id=broken, now=now)


async def test_the_people_of_that_agency_are_shown_and_no_others(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    assert (broken.agency, broken.target, broken.ends_at) == (
        "Lamplight Responders", "Harbor House", NOON + timedelta(minutes=30),
    )  # fmt: skip
    assert await _people(database, ana.caller, broken.id) == [bea.email]
    async with database.transaction(ana.caller) as db:
        shown = await access.people(db, ana.caller, ring=RING, now=NOON)
    assert [one.email for one in shown] == [ana.email]


async def test_each_reading_is_in_that_agencys_audit_with_the_reason(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    await _people(database, ana.caller, broken.id)
    query = 'SELECT act, "table", row_id, person_id FROM audit_entry WHERE reason = :why ORDER BY id'
    async with database.transaction(bea.caller) as db:
        noted = (await db.execute(text(query), {"why": WHY})).all()
    assert noted == [
        ("break_glass", "break_glass", broken.id, ana.caller.id), ("read", "person", bea.caller.id, ana.caller.id),
    ]  # fmt: skip


async def test_every_administrator_is_told_at_once_and_of_no_person(database: Database) -> None:
    ana, bea = await _town(database)
    assert bea.caller.agency_id is not None
    cleo = await a_member(database, bea.caller.agency_id, Role.administrator, name="Cleo")
    await a_member(database, bea.caller.agency_id, Role.responder, name="Dan")
    await _break(database, ana.caller, bea.caller.agency_id)
    told = [got.letter for got in await arrived(database)]
    assert sorted(letter.to for letter in told) == sorted([bea.email, cleo.email])
    for letter in told:
        assert "Lamplight Responders" in letter.body
        assert "https://doorlight.example.org/account" in letter.body
        assert not [secret for secret in (WHY, "Ana", ana.email, "Bea", "Cleo", "Dan") if secret in letter.body]


async def test_it_ends_by_itself(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id, minutes=60)
    assert await _people(database, ana.caller, broken.id, NOON + timedelta(minutes=59, seconds=59))
    with pytest.raises(GlassOver):
        await _people(database, ana.caller, broken.id, NOON + timedelta(minutes=60))


@pytest.mark.parametrize("by", ["who looks", "who is looked into"])
async def test_either_agency_ends_it(database: Database, by: str) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    ended = await _end(database, (ana if by == "who looks" else bea).caller, broken.id)
    assert ended.ended_at == NOON
    with pytest.raises(GlassOver):
        await _people(database, ana.caller, broken.id)
    assert (await _end(database, ana.caller, broken.id, NOON + timedelta(minutes=1))).ended_at == NOON


async def test_it_is_open_to_the_one_who_gave_the_reason(database: Database) -> None:
    ana, bea = await _town(database)
    assert ana.caller.agency_id is not None
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    colleague = await a_member(database, ana.caller.agency_id, Role.administrator, name="Cleo")
    elsewhere = Caller(id=ana.caller.id, agency_id=uuid4(), roles=ana.caller.roles)
    stranger = await a_member(database, await an_agency(database, "Third"), Role.steward, name="Dan")
    for who in (colleague.caller, elsewhere, stranger.caller, bea.caller):
        with pytest.raises(NoSuchGlass):
            await _people(database, who, broken.id)


@pytest.mark.parametrize("role", GIVEN)
async def test_administrators_and_stewards_may_and_no_machine(database: Database, role: Role) -> None:
    _, bea = await _town(database)
    who = (await a_member(database, await an_agency(database, "Third"), role, name="Dan")).caller
    machine = Caller(agency_id=who.agency_id, key_id=uuid4(), roles=frozenset({role}))
    for caller, may in ((who, role in {Role.administrator, Role.steward}), (machine, False)):
        if may:
            broken = await _break(database, caller, bea.caller.agency_id)
            assert await _people(database, caller, broken.id) == [bea.email]
            continue
        with pytest.raises(NotAllowed):
            await _break(database, caller, bea.caller.agency_id)


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "too short"}, {"reason": " " * 40}, {"reason": "x" * 501}, {"minutes": 61}, {"minutes": 0},
     {"minutes": -5}, {"minutes": 2**31 - 1}],
)  # fmt: skip
async def test_without_a_reason_or_an_end_nothing_opens(database: Database, wrong: dict[str, Any]) -> None:
    ana, bea = await _town(database)
    with pytest.raises(BadGlass):
        await _break(database, ana.caller, bea.caller.agency_id, **wrong)
    assert await arrived(database) == []


async def test_only_another_agency_that_stands_and_can_be_told(database: Database) -> None:
    ana, bea = await _town(database)
    assert bea.caller.agency_id is not None
    empty = await an_agency(database, "Empty")
    with pytest.raises(NobodyToTell):
        await _break(database, ana.caller, empty)
    async with database.transaction(SYSTEM) as db:
        await access.end_agency(db, SYSTEM, agency_id=bea.caller.agency_id, now=NOON)
    for agency in (ana.caller.agency_id, uuid4(), bea.caller.agency_id):
        with pytest.raises(NoSuchAgency):
            await _break(database, ana.caller, agency)
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM break_glass")) == 0


async def _seen(database: Database, by: Caller, broken: UUID, now: datetime) -> int:
    async with database.transaction(by) as db, tenancy.looking_into(db, broken, now=now):
        return int(await db.scalar(text("SELECT count(*) FROM person WHERE id <> :me"), {"me": by.id}) or 0)


async def test_the_database_itself_asks_whether_it_stands_and_whose_it_is(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    other = Caller(id=uuid4(), agency_id=ana.caller.agency_id, roles=ana.caller.roles)
    assert await _seen(database, ana.caller, broken.id, NOON) == 1
    assert await _seen(database, ana.caller, broken.id, broken.ends_at) == 0
    assert await _seen(database, ana.caller, uuid4(), NOON) == 0
    assert await _seen(database, other, broken.id, NOON) == 1, "their own colleague Ana"
    await _end(database, bea.caller, broken.id)
    assert await _seen(database, ana.caller, broken.id, NOON) == 0


async def test_while_one_looks_nothing_there_can_be_changed_and_afterwards_nothing_is_seen(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    them = {"them": bea.caller.id, "agency": bea.caller.agency_id}
    async with database.transaction(ana.caller) as db:
        async with tenancy.looking_into(db, broken.id, now=NOON):
            for act in (
                "UPDATE person SET ended_at = now() WHERE id = :them", "DELETE FROM person WHERE id = :them",
                "UPDATE membership SET ended_at = now() WHERE person_id = :them",
                "DELETE FROM membership WHERE person_id = :them",
                "UPDATE agency SET name = 'x' WHERE id = :agency", "DELETE FROM agency WHERE id = :agency",
            ):  # fmt: skip
                assert (await db.execute(text(f"{act} RETURNING id"), them)).all() == [], act
        assert await db.scalar(text("SELECT count(*) FROM person WHERE id = :them"), them) == 0


async def test_nobody_makes_one_last_longer_or_adds_one_for_somebody_else(database: Database) -> None:
    ana, bea = await _town(database)
    await _break(database, ana.caller, bea.caller.agency_id)
    for act in ("UPDATE break_glass SET ends_at = ends_at", "UPDATE break_glass SET reason = 'because of reasons'"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.transaction(ana.caller) as db:
                await db.execute(text(act))
    copied = text(
        "INSERT INTO break_glass (id, person_id, agency_id, target_id, reason, made_at, ends_at, told_at)"
        " SELECT gen_random_uuid(), person_id, target_id, agency_id, reason, made_at, ends_at, told_at FROM break_glass"
    )
    with pytest.raises(Exception, match="row-level security"):
        async with database.transaction(ana.caller) as db:
            await db.execute(copied)


async def test_both_agencies_see_it_and_no_third(database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id)
    third = await a_member(database, await an_agency(database, "Third"), Role.administrator, name="Dan")
    for caller, wanted in ((ana.caller, [broken.id]), (bea.caller, [broken.id]), (third.caller, [])):
        async with database.transaction(caller) as db:
            assert [one.id for one in await access.openings(db, caller)] == wanted
            assert (await db.execute(text("SELECT id FROM break_glass"))).scalars().all() == wanted
            assert (await db.execute(text("SELECT id FROM break_glass"))).scalars().all() == wanted


@given(st.integers())
def test_none_lasts_longer_than_an_hour(minutes: int) -> None:
    ends = ends_at(minutes, NOON)
    assert (ends is not None) == (1 <= minutes <= 60)
    assert ends is None or (NOON < ends <= NOON + LONGEST and is_over(ends_at=ends, ended_at=None, now=ends))


@given(st.text())
def test_a_reason_is_one_line_that_the_database_takes_too(said: str) -> None:
    reason = reason_of(said)
    assert reason is None or (10 <= len(reason) <= 500 and len(reason.splitlines()) == 1)
