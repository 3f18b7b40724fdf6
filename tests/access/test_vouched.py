"""Whom their agency's provider vouches for does in that agency what an account of ours does; and no more elsewhere."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

import directory
from api import glass
from core import access
from core.db import Database
from core.security import SYSTEM, Caller, Role
from directory import ClaimState, ClaimWay, CorrectionAbout, CorrectionIn, CorrectionPart, CorrectionState, Level
from directory.errors import NoSuchCorrection
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON, a_line, a_site, publish, service_of, stated
from tests.directory.claimants import WRITING, a_listing, a_manager, arrived, asked, decided, proven
from tests.editing.builders import a_listed
from tests.editing.test_police_fall import confirm, disclose, level
from tests.editing.test_review import confirm as review
from tests.editing.test_review import confirmed, state

pytestmark = pytest.mark.security


def vouched(caller: Caller) -> Caller:
    return replace(caller, provider_id=uuid4())


async def _a_correction(database: Database, by: Caller) -> UUID:
    listing = a_line("Harbor")
    await publish(database, listing)
    said = CorrectionIn(
        about=CorrectionAbout.service, id=service_of(listing), part=CorrectionPart.hours, says="Open at night"
    )
    async with database.transaction(by) as db:
        return (await directory.propose_correction(db, by, correction=said, ring=RING, now=NOON)).id


async def test_they_propose_a_correction_which_opens_to_themselves_alone(database: Database) -> None:
    """It is of no agency: a provider that lies about who came would read what they proposed for others."""
    herself = await a_manager(database, "Lamplight", Role.responder)
    ana = vouched(herself)
    correction = await _a_correction(database, ana)
    async with database.transaction(ana) as db:
        assert await directory.corrections(db, ana, decided=False) == []
        with pytest.raises(NoSuchCorrection):
            await directory.withdraw_correction(db, ana, correction_id=correction, now=NOON)
    async with database.transaction(herself) as db:
        taken = await directory.withdraw_correction(db, herself, correction_id=correction, now=NOON)
    assert taken.state is CorrectionState.withdrawn


async def test_a_steward_of_theirs_decides_on_corrections_and_claims(database: Database) -> None:
    sam = vouched(await a_manager(database, "Keepers", Role.steward))
    correction = await _a_correction(database, Caller())
    async with database.transaction(sam) as db:
        done = await directory.decide_correction(
            db, sam, correction_id=correction, accepted=True, reason=None, now=NOON
        )
    assert done.state is CorrectionState.accepted
    mara = await a_manager(database)
    claim = await asked(database, mara, await a_listing(database), ClaimWay.steward)
    assert (await decided(database, sam, claim.id, yes=True)).state is ClaimState.proven


async def test_a_manager_of_theirs_claims_a_listing_and_answers_the_letter(database: Database) -> None:
    mara = vouched(await a_manager(database))
    claim = await asked(database, mara, await a_listing(database))
    (letter,) = await arrived(database)
    answered = await proven(database, mara, claim, letter.code)
    assert answered is not None
    assert answered.state is ClaimState.proven


async def test_they_propose_that_a_police_level_falls_and_a_second_of_them_confirms_it(database: Database) -> None:
    listed = await a_listed(database, a_site(disclosure=stated(Level.P4)))
    fall = (await disclose(database, listed, vouched(listed.manager), Level.P1)).pending
    await confirm(database, listed, vouched(listed.second), fall)
    assert await level(database) == "P1"


async def test_a_reviewer_of_theirs_confirms_for_the_community(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    await review(database, listed, vouched(listed.reviewer), "PEER_RUN")
    assert await confirmed(database, "PEER_RUN")


@pytest.mark.parametrize("role", [Role.administrator, Role.steward])
async def test_they_break_the_glass_look_and_end_it(database: Database, role: Role) -> None:
    ours, theirs = await an_agency(database, "Lamplight Responders"), await an_agency(database, "Harbor House")
    ana = vouched((await a_member(database, ours, role)).caller)
    bea = await a_member(database, theirs, Role.administrator, name="Bea")
    why = "Their dispatcher does not answer"
    async with database.transaction(ana) as db:
        broken = await glass.break_glass(db, ana, agency_id=theirs, reason=why, minutes=30, writing=WRITING, now=NOON)
    async with database.transaction(ana) as db:
        seen = await access.glass_people(db, ana, break_glass_id=broken.id, ring=RING, now=NOON)
    assert [one.email for one in seen] == [bea.email]
    async with database.transaction(ana) as db:
        ended = await access.end_glass(db, ana, break_glass_id=broken.id, now=NOON + timedelta(minutes=1))
    assert ended.ended_at is not None


async def test_what_they_did_is_in_the_audit_as_theirs(database: Database) -> None:
    ana = vouched(await a_manager(database, "Lamplight", Role.responder))
    correction = await _a_correction(database, ana)
    query = text("SELECT person_id FROM audit_entry WHERE row_id = :it")
    async with database.transaction(SYSTEM) as db:
        assert (await db.scalars(query, {"it": correction})).all() == [ana.id]


async def test_their_rows_in_other_agencies_stay_closed(database: Database) -> None:
    """Whoever runs a provider could be anybody in their agency, and is nobody in another."""
    ours, other = await an_agency(database), await an_agency(database, "The other agency")
    ana = (await a_member(database, ours)).caller
    await a_member(database, other)
    async with database.transaction(vouched(ana)) as db:
        assert (await db.scalars(text("SELECT agency_id FROM membership"))).all() == [ours]
        assert (await db.scalars(text("SELECT id FROM agency"))).all() == [ours]
        assert (await db.scalars(text("SELECT id FROM sign_in"))).all() == []
