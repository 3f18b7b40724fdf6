"""Anybody proposes, a steward decides: nothing shows before, and nobody sees of it what is not theirs."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import text

import directory
from api.purge import purge_all
from core.access import NotAllowed
from core.cluster import Database as Cluster
from core.db import Database
from core.security import GIVEN, PUBLIC, SYSTEM, Caller, Role
from directory import (
    AddressNotKept,
    BadCorrection,
    ClaimWay,
    CorrectionAbout,
    CorrectionIn,
    CorrectionPart,
    CorrectionState,
    CorrectionView,
    ListingIn,
    NoSuchRow,
    TooManyOpen,
    editing,  # its own front door
)
from directory.errors import CorrectionNotOpen, NoReason, NoSuchCorrection
from directory.rules.corrections import COLUMNS
from tests.access.builders import RING
from tests.builders import NOON, a_line, a_site, place_of, publish, search, service_of
from tests.directory.claimants import a_manager, asked, decided
from tests.stored import everything

pytestmark = pytest.mark.security


async def _proposed(
    database: Database, row_id: UUID, about: str = "service", part: str = "hours", says: str = "Open at night",
    *, by: Caller = PUBLIC, **more: Any,
) -> UUID:  # fmt: skip
    correction = CorrectionIn(about=CorrectionAbout(about), id=row_id, part=CorrectionPart(part), says=says, **more)
    async with database.transaction(by) as db:
        made = await directory.propose_correction(db, by, correction=correction, ring=RING, now=NOON)
    return made.id


async def _decided(
    database: Database, by: Caller, correction: UUID, *, accepted: bool = True, reason: str | None = None
) -> CorrectionView:
    async with database.transaction(by) as db:
        return await directory.decide_correction(
            db, by, correction_id=correction, accepted=accepted, reason=reason, now=NOON
        )


async def _listed(database: Database, by: Caller, *, decided: bool = False) -> list[CorrectionView]:
    async with database.transaction(by) as db:
        return await directory.corrections(db, by, decided=decided)


async def _one(database: Database, by: Caller, correction: UUID) -> CorrectionView:
    async with database.transaction(by) as db:
        return await directory.correction(db, by, correction_id=correction, ring=RING, now=NOON)


async def _a_line(database: Database) -> ListingIn:
    listing = a_line("Harbor")
    await publish(database, listing)
    return listing


async def test_nothing_shows_before_a_steward_accepts_and_then_it_is_found(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    correction = await _proposed(database, service_of(listing), part="name", says="  Harbor \n Night Line ")
    assert [one.name for one in (await search(database)).fits] == ["Harbor"]
    (waiting,) = await _listed(database, steward)
    assert (waiting.says, waiting.now, waiting.name) == ("Harbor Night Line", "Harbor", "Harbor")
    done = await _decided(database, steward, correction)
    assert (done.state, done.now) == (CorrectionState.accepted, "Harbor Night Line")
    assert [one.name for one in (await search(database)).fits] == ["Harbor Night Line"]
    assert await _listed(database, steward) == []
    assert [one.id for one in await _listed(database, steward, decided=True)] == [correction]


@pytest.mark.parametrize(("about", "part"), [(about, part) for about, parts in COLUMNS.items() for part in parts])
async def test_what_is_plain_text_is_written_and_the_rest_of_it_stays(
    database: Database, clone: Cluster, about: CorrectionAbout, part: CorrectionPart
) -> None:
    site = a_site("Harbor", description="By the sea", url="https://example.org/old")
    await publish(database, site)
    steward = await a_manager(database, "Keepers", Role.steward)
    ids = {"organization": site.organization.id, "service": service_of(site), "location": place_of(site)}
    says = {"email": "new@example.org", "website": "https://example.org/new"}.get(part, "Said anew")
    column = COLUMNS[about][part]
    before = _row(clone, about, ids[about])
    await _decided(database, steward, await _proposed(database, ids[about], about, part, says))
    after = _row(clone, about, ids[about])
    assert after == before | {column: says, "changed_at": after["changed_at"]}
    assert before[column] != says


def _row(clone: Cluster, table: str, row_id: UUID) -> dict[str, Any]:
    named = sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(table))
    with psycopg.connect(clone.service_dsn, row_factory=dict_row) as connection:
        row = connection.execute(named, (row_id,)).fetchone()
    assert row is not None
    return row


async def test_what_was_accepted_is_an_edit_of_the_steward_and_can_be_undone(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    service = service_of(listing)
    await _decided(database, steward, await _proposed(database, service, part="name", says="Harbor Night Line"))
    async with database.transaction(steward) as db:
        (change,) = await editing.history(db, steward, root=editing.Root.service, row_id=service, now=NOON)
        whole = await editing.service(db, steward, service_id=service)
        await editing.undo(db, steward, change_id=change.id, version=whole.version, now=NOON)
    assert (change.act, change.person_id) == ("correct_service", steward.id)
    assert [one.name for one in (await search(database)).fits] == ["Harbor"]


async def test_whoever_edits_at_the_same_time_loses_nothing(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    service = service_of(listing)
    parts = {"name": "Harbor Night Line", "description": "Since 1990", "fees": "None"}
    waiting = [await _proposed(database, service, part=part, says=says) for part, says in parts.items()]
    done = await asyncio.gather(*(_decided(database, steward, one) for one in waiting))
    assert [one.now for one in done] == [*parts.values()]


async def test_what_is_no_plain_text_is_left_to_the_steward(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    before = (await search(database)).model_dump(exclude={"asked_at"})
    for part in ("hours", "phone", "closed", "police", "other"):
        correction = await _proposed(database, service_of(listing), part=part, says="Tell them")
        done = await _decided(database, steward, correction)
        assert (done.state, done.now) == (CorrectionState.accepted, None)
    assert (await search(database)).model_dump(exclude={"asked_at"}) == before


async def test_it_is_decided_once_and_a_refusal_says_why(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    correction = await _proposed(database, service_of(listing), part="name", says="Wrong")
    with pytest.raises(NoReason):
        await _decided(database, steward, correction, accepted=False, reason="  ")
    refused = await _decided(database, steward, correction, accepted=False, reason="We called them")
    assert (refused.state, refused.reason, refused.now) == (CorrectionState.refused, "We called them", "Harbor")
    with pytest.raises(CorrectionNotOpen):
        await _decided(database, steward, correction)


async def test_what_nobody_decided_before_it_went_is_not_accepted_any_more(database: Database, tmp_path: Path) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    correction = await _proposed(database, service_of(listing), part="name", says="Harbour")
    await purge_all(database, folder=tmp_path, now=NOON + timedelta(days=180 + 365))
    with pytest.raises(CorrectionNotOpen):
        await _decided(database, steward, correction)
    assert (await _one(database, steward, correction)).says == ""


async def test_of_two_stewards_at_once_one_decides(database: Database) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    correction = await _proposed(database, service_of(listing))
    said = await asyncio.gather(
        *(_decided(database, steward, correction, accepted=yes, reason="So") for yes in (True, False)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in said) == ["CorrectionNotOpen", "CorrectionView"]


@pytest.mark.parametrize("role", [role for role in GIVEN if role is not Role.steward])
async def test_only_a_steward_decides(database: Database, role: Role) -> None:
    correction = await _proposed(database, service_of(await _a_line(database)))
    with pytest.raises(NotAllowed):
        await _decided(database, await a_manager(database, "Others", role), correction)


async def test_whoever_answers_for_the_listing_sees_it_without_what_was_said_to_the_steward(
    database: Database,
) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    ana, bea = await a_manager(database), await a_manager(database, "Other House")
    claim = await asked(database, ana, listing, ClaimWay.steward)
    correction = await _proposed(database, service_of(listing), note="They hung up on me", contact="cleo@example.org")
    assert await _listed(database, ana) == []
    await decided(database, steward, claim.id, yes=True)
    (shown,) = await _listed(database, ana)
    assert (shown.says, shown.note, shown.has_contact) == ("Open at night", None, False)
    assert (await _one(database, ana, correction)).contact is None
    assert await _listed(database, bea) == []
    with pytest.raises(NoSuchCorrection):
        await _one(database, bea, correction)


async def test_the_contact_is_sealed_shown_to_a_steward_and_that_is_written_down(
    database: Database, clone: Cluster
) -> None:
    listing, steward = await _a_line(database), await a_manager(database, "Keepers", Role.steward)
    correction = await _proposed(database, service_of(listing), contact="cleo@example.org")
    stored = everything(clone)
    assert "cleo" not in str(stored)
    (waiting,) = await _listed(database, steward)
    assert (waiting.has_contact, waiting.contact) == (True, None)
    assert (await _one(database, steward, correction)).contact == "cleo@example.org"
    async with database.transaction(SYSTEM) as db:
        noted = await db.execute(
            text("SELECT row_id, columns, person_id FROM audit_entry WHERE act = 'read' AND \"table\" = 'correction'")
        )
        assert noted.all() == [(correction, ["contact"], steward.id)]


async def test_whoever_proposed_it_takes_it_back(database: Database) -> None:
    listing, ana = await _a_line(database), await a_manager(database, role=Role.responder)
    correction = await _proposed(database, service_of(listing), by=ana)
    assert [one.id for one in await _listed(database, ana)] == [correction]
    async with database.transaction(ana) as db:
        back = await directory.withdraw_correction(db, ana, correction_id=correction, now=NOON)
    assert back.state is CorrectionState.withdrawn
    with pytest.raises(CorrectionNotOpen):
        await _decided(database, await a_manager(database, "Keepers", Role.steward), correction)


async def test_a_missing_place_and_a_confidential_one_answer_alike(database: Database) -> None:
    site = a_site("Harbor", location={"confidential": True})
    await publish(database, site)
    said = []
    for row_id in (place_of(site), uuid4()):
        with pytest.raises(NoSuchRow) as refused:
            await _proposed(database, row_id, "location", "name")
        said.append((refused.value.detail.replace(str(row_id), ""), refused.value.facts))
    assert said[0] == said[1]


async def test_where_a_confidential_service_is_is_not_even_taken_down(database: Database) -> None:
    site = a_site("Harbor", location={"confidential": True})
    await publish(database, site)
    with pytest.raises(AddressNotKept):
        await _proposed(database, service_of(site), part="address", says="12 Canary Street")


async def test_a_place_that_becomes_confidential_is_forgotten_in_corrections_too(
    database: Database, clone: Cluster
) -> None:
    site, other = a_site("Harbor"), a_line("Other")
    await publish(database, site, other)
    told = "It is at 12 Canary Street, behind the church"
    steward = await a_manager(database, "Keepers", Role.steward)
    about_place = await _proposed(database, place_of(site), "location", "address", told)
    near = [
        await _proposed(database, service_of(site), part="address", says=told, note=told),
        await _proposed(database, site.organization.id, "organization", "other", told),
    ]
    await _decided(database, steward, near[1], accepted=False, reason="12 Canary Street is right")
    far = await _proposed(database, service_of(other), says="Open at night")
    async with database.transaction(SYSTEM) as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    stored = everything(clone)
    assert "Canary" not in str(stored)
    assert str(about_place) not in str(stored["correction"])
    assert "behind the church" in (await _one(database, steward, near[0])).says
    assert (await _one(database, steward, far)).says == "Open at night"


async def test_an_import_that_hides_a_place_forgets_it_too(database: Database, clone: Cluster) -> None:
    """Whoever imports acts for nobody, and sees no correction."""
    site = a_site("Harbor")
    await publish(database, site)
    await _proposed(database, service_of(site), says="It is at 12 Canary Street")
    hidden = site.locations[0].model_copy(update={"confidential": True})
    await publish(database, site.model_copy(update={"locations": (hidden,)}))
    assert "Canary" not in str(everything(clone))


async def test_for_one_listing_so_many_wait_and_no_more(database: Database) -> None:
    listing, other = await _a_line(database), await _a_line(database)
    for n in range(19):
        await _proposed(database, service_of(listing), says=f"No. {n}")
    said = await asyncio.gather(*(_proposed(database, service_of(listing)) for _ in range(3)), return_exceptions=True)
    assert sorted(isinstance(one, TooManyOpen) for one in said) == [False, True, True]
    await _proposed(database, service_of(other))
    steward = await a_manager(database, "Keepers", Role.steward)
    (first, *_) = [one for one in await _listed(database, steward) if one.service_id == service_of(listing)]
    await _decided(database, steward, first.id)
    await _proposed(database, service_of(listing))


@pytest.mark.parametrize(
    ("about", "part", "says"),
    [("service", "name", " "), ("service", "name", "x" * 501), ("service", "website", "example.org"),
     ("service", "website", "javascript:alert(1)"), ("service", "email", "front at example.org"),
     ("service", "transportation", "By bus"), ("organization", "fees", "None"), ("location", "email", "a@b.org")],
)  # fmt: skip
async def test_what_could_not_be_written_is_refused(database: Database, about: str, part: str, says: str) -> None:
    site = a_site("Harbor")
    await publish(database, site)
    ids = {"organization": site.organization.id, "service": service_of(site), "location": place_of(site)}
    with pytest.raises(BadCorrection):
        await _proposed(database, ids[about], about, part, says)


async def test_the_database_takes_from_the_public_only_what_nobody_decided(database: Database) -> None:
    listing = await _a_line(database)
    add = text(
        "INSERT INTO correction (id, service_id, field, says, state, asked_by, asked_at)"
        " VALUES (gen_random_uuid(), :service, 'hours', 'x', :state, :by, now())"
    )
    for state, by in (("accepted", None), ("proposed", uuid4())):
        with pytest.raises(Exception, match="row-level security"):
            async with database.transaction(PUBLIC) as db:
                await db.execute(add, {"service": service_of(listing), "state": state, "by": by})
    await _proposed(database, service_of(listing))
    async with database.transaction(PUBLIC) as db:
        assert await db.scalar(text("SELECT count(*) FROM correction")) == 0
        for act in ("UPDATE correction SET says = 'x'", "DELETE FROM correction"):
            assert (await db.execute(text(f"{act} RETURNING id"))).all() == []
