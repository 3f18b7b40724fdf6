"""A police level rises at once; it falls only with a source and a second person of another account."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller
from directory import Level, editing
from directory.errors import (
    AlreadyDecided,
    BadEdit,
    ChangedSince,
    NoSuchRow,
    NotAllowed,
    RisesAndFalls,
    SamePerson,
    SourceNeeded,
)
from tests.builders import NOON, a_phone, a_site, a_way, says, search, stated
from tests.editing.builders import Listed, a_listed, shown, version

pytestmark = pytest.mark.security
ON = date(2026, 11, 1)


async def disclose(
    database: Database, listed: Listed, caller: Caller, level: Level, on: date = ON
) -> editing.EditedView:
    said = editing.DisclosureSaid(level=level, source="https://example.org/new", stated_on=on)
    now = await version(database, listed)
    async with database.transaction(caller) as db:
        return await editing.disclose_service(
            db, caller, service_id=listed.service_id, disclosure=said, version=now, now=NOON
        )


async def confirm(database: Database, listed: Listed, caller: Caller, fall: UUID | None) -> editing.EditedView:
    assert fall is not None
    now = await version(database, listed)
    async with database.transaction(caller) as db:
        return await editing.confirm_fall(db, caller, fall_id=fall, version=now, now=NOON)


async def level(database: Database) -> str:
    (found,) = (await search(database)).fits
    return found.police.level


async def at(database: Database, said: Level, **more: object) -> Listed:
    return await a_listed(database, a_site(disclosure=stated(said), **more))  # type: ignore[arg-type]


async def test_it_rises_at_once(database: Database) -> None:
    listed = await at(database, Level.P1)
    assert (await disclose(database, listed, listed.manager, Level.P4)).pending is None
    assert await level(database) == "P4"


async def test_what_is_published_stays_until_a_second_person_confirms(database: Database) -> None:
    listed = await at(database, Level.P4)
    before = await version(database, listed)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    assert proposed.pending is not None
    assert (proposed.version, proposed.change_id) == (before, None)
    assert await level(database) == "P4"
    await confirm(database, listed, listed.second, proposed.pending)
    assert await level(database) == "P1"


@pytest.mark.parametrize("low", [Level.P0, Level.P2, Level.P3, Level.PU])
async def test_every_level_below_is_a_fall_and_so_is_not_stated(database: Database, low: Level) -> None:
    listed = await at(database, Level.P4)
    assert (await disclose(database, listed, listed.manager, low)).pending is not None


async def test_taking_a_stated_may_call_back_is_a_fall(database: Database) -> None:
    listed = await at(database, Level.P3)
    assert (await disclose(database, listed, listed.manager, Level.PU)).pending is not None


async def test_a_first_low_claim_is_a_fall_for_not_stated_counts_as_may_call(database: Database) -> None:
    listed = await a_listed(database)
    assert (await disclose(database, listed, listed.manager, Level.P0)).pending is not None
    assert (await search(database, police_max="P2")).fits == []


async def test_a_promise_that_has_run_out_is_not_renewed_by_one_person(database: Database) -> None:
    old = stated(Level.P1, on=date(2026, 1, 1))
    listed = await a_listed(database, a_site(disclosure=old))
    assert (await disclose(database, listed, listed.manager, Level.P1)).pending is not None


async def test_one_that_holds_is(database: Database) -> None:
    listed = await at(database, Level.P1)
    assert (await disclose(database, listed, listed.manager, Level.P1)).pending is None
    disclosure = (await shown(database, listed)).disclosure
    assert disclosure is not None
    assert disclosure.stated_on == ON


async def test_a_promise_is_not_dated_ahead(database: Database) -> None:
    listed = await at(database, Level.P1)
    with pytest.raises(BadEdit):
        await disclose(database, listed, listed.manager, Level.P1, on=date(2030, 1, 1))


async def test_who_proposed_it_does_not_confirm_it_whatever_they_are_besides(database: Database) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    same = replace(listed.manager, agency_id=listed.steward.agency_id, roles=listed.steward.roles)
    for caller in (listed.manager, same):
        with pytest.raises(SamePerson):
            await confirm(database, listed, caller, proposed.pending)
    assert await level(database) == "P4"


async def test_a_machine_neither_proposes_nor_confirms(database: Database) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    machine = replace(listed.steward, id=None, key_id=uuid4())
    with pytest.raises(NotAllowed):
        await confirm(database, listed, machine, proposed.pending)
    with pytest.raises(NotAllowed):
        await disclose(database, listed, machine, Level.P1)


async def test_nobody_confirms_for_a_listing_that_is_not_theirs(database: Database) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    with pytest.raises(NoSuchRow):
        await confirm(database, listed, listed.stranger, proposed.pending)
    with pytest.raises(NotAllowed):
        await confirm(database, listed, listed.reviewer, proposed.pending)


async def test_a_steward_is_a_second_person(database: Database) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    await confirm(database, listed, listed.steward, proposed.pending)
    assert await level(database) == "P1"


async def test_it_is_decided_once(database: Database) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    assert proposed.pending is not None
    async with database.transaction(listed.second) as db:
        rejected = await editing.reject_fall(db, listed.second, fall_id=proposed.pending, now=NOON)
    assert rejected.state == "rejected"
    with pytest.raises(AlreadyDecided):
        await confirm(database, listed, listed.second, proposed.pending)
    assert await level(database) == "P4"


async def test_what_has_risen_since_does_not_fall_by_an_older_proposal(database: Database) -> None:
    listed = await at(database, Level.P3)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    await disclose(database, listed, listed.manager, Level.P5)
    with pytest.raises(ChangedSince):
        await confirm(database, listed, listed.second, proposed.pending)
    assert await level(database) == "P5"


async def test_a_fall_without_a_source_is_refused(database: Database) -> None:
    listed = await a_listed(database, a_site(attributes=says(["POLICE_RUN"])))
    now = await version(database, listed)
    with pytest.raises(SourceNeeded):
        async with database.transaction(listed.manager) as db:
            await editing.withdraw_service_attribute(
                db, listed.manager, service_id=listed.service_id, taxonomy="attribute", code="POLICE_RUN", version=now,
                now=NOON,
            )  # fmt: skip


@pytest.mark.parametrize("code", ["POLICE_RUN", "POLICE_ONLY"])
async def test_what_brings_a_level_is_neither_withdrawn_nor_denied_by_one_person(database: Database, code: str) -> None:
    listed = await a_listed(database, a_site(attributes=says([code])))
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        gone = await editing.withdraw_service_attribute(
            db, listed.manager, service_id=listed.service_id, taxonomy="attribute", code=code,
            source="https://example.org", version=now, now=NOON,
        )  # fmt: skip
        denied = editing.AttributeSaid(code=code, answer=editing.Answer.no, source="https://example.org", stated_on=ON)
        no = await editing.state_service_attributes(
            db, listed.manager, service_id=listed.service_id, attributes=[denied], version=now, now=NOON
        )
    assert gone.pending is not None
    assert no.pending is not None
    assert {(one.code, one.answer) for one in (await shown(database, listed)).attributes} >= {(code, "yes")}


async def _set(
    database: Database, listed: Listed, *points: editing.AccessPointSaid, source: str | None = "https://example.org"
) -> editing.EditedView:
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        return await editing.set_service_access_points(
            db, listed.manager, service_id=listed.service_id, access_points=points, source=source, version=now, now=NOON
        )


async def test_a_way_in_that_brings_a_level_is_not_taken_away_by_one_person(database: Database) -> None:
    points = (a_way("AP.911", "phone", number="911"), a_phone())
    listed = await at(database, Level.P1, access_points=points)
    own = editing.AccessPointSaid(kind="AP.DIRECT", modes=("phone",), number="303-555-0101")
    assert (await _set(database, listed, own)).pending is not None
    assert len((await shown(database, listed)).access_points) == 2


async def test_a_low_claim_of_a_new_way_in_waits(database: Database) -> None:
    listed = await a_listed(database)
    claim = editing.DisclosureSaid(level=Level.P0, source="https://example.org", stated_on=ON)
    known = [
        editing.AccessPointSaid(id=one.id, kind=one.kind, modes=one.modes, number=one.number)
        for one in (await shown(database, listed)).access_points
    ]
    new = editing.AccessPointSaid(kind="AP.TEXT", modes=("text",), number="303-555-0104", disclosure=claim)
    proposed = await _set(database, listed, *known, new, source=None)
    assert proposed.pending is not None
    await confirm(database, listed, listed.second, proposed.pending)
    assert [one.disclosure is not None for one in (await shown(database, listed)).access_points].count(True) == 1


async def test_what_rises_does_not_wait_with_what_falls(database: Database) -> None:
    high = a_way("AP.DIRECT", "phone", number="303-555-0105", disclosure=stated(Level.P3))
    low = a_way("AP.DIRECT", "phone", number="303-555-0106", disclosure=stated(Level.P1))
    listed = await a_listed(database, a_site(access_points=(high, low)))

    def said(point: directory.AccessPointIn, to: Level) -> editing.AccessPointSaid:
        claim = editing.DisclosureSaid(level=to, source="https://example.org", stated_on=ON)
        return editing.AccessPointSaid(
            id=point.id, kind=point.kind, modes=point.modes, number=point.number, disclosure=claim
        )

    with pytest.raises(RisesAndFalls):
        await _set(database, listed, said(high, Level.P1), said(low, Level.P2))
    assert (await _set(database, listed, said(high, Level.P3), said(low, Level.P2))).pending is None


async def test_no_more_falls_than_what_was_proposed_when_the_door_has_fallen_meanwhile(database: Database) -> None:
    loudest = a_way("AP.DIRECT", "phone", number="303-555-0105", disclosure=stated(Level.P5))
    loud = a_way("AP.DIRECT", "phone", number="303-555-0106", disclosure=stated(Level.P4))
    listed = await a_listed(database, a_site(access_points=(loudest, loud)))
    kept = editing.AccessPointSaid(
        id=loudest.id, kind=loudest.kind, modes=loudest.modes, number=loudest.number, disclosure=_claim(Level.P5)
    )
    without = await _set(database, listed, kept)
    async with database.transaction(listed.second) as db:
        (fall,) = await editing.police_falls(db, listed.second, service_id=listed.service_id, now=NOON)
    assert (fall.level_from, fall.level_to) == ("P4", "PU")
    better = await disclose(database, listed, listed.manager, Level.P1)
    await confirm(database, listed, listed.second, better.pending)
    with pytest.raises(ChangedSince, match="police level"):
        await confirm(database, listed, listed.second, without.pending)
    assert len((await shown(database, listed)).access_points) == 2


def _claim(level: Level) -> editing.DisclosureSaid:
    return editing.DisclosureSaid(level=level, source="https://example.org", stated_on=ON)


async def test_that_it_was_proposed_is_in_the_audit(database: Database, clone: Cluster) -> None:
    listed = await at(database, Level.P4)
    proposed = await disclose(database, listed, listed.manager, Level.P1)
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("SELECT set_config('doorlight.trusted', 'on', true)")
        said = owner.execute(
            'SELECT act, "table", columns, person_id FROM audit_entry WHERE row_id = %s', (proposed.pending,)
        )
        assert said.fetchall() == [("proposed", "police_fall", ["proposed_by"], listed.manager.id)]


async def test_an_undo_is_no_way_round(database: Database) -> None:
    listed = await at(database, Level.P1)
    risen = await disclose(database, listed, listed.manager, Level.P4)
    assert risen.change_id is not None
    now = await version(database, listed)
    of = {"change_id": risen.change_id, "version": now, "now": NOON}
    with pytest.raises(SourceNeeded):
        async with database.transaction(listed.second) as db:
            await editing.undo(db, listed.second, **of)  # type: ignore[arg-type]
    async with database.transaction(listed.second) as db:
        undone = await editing.undo(db, listed.second, source="https://example.org", **of)  # type: ignore[arg-type]
    assert undone.pending is not None
    assert await level(database) == "P4"
    await confirm(database, listed, listed.manager, undone.pending)
    assert await level(database) == "P1"


async def test_kinds_are_no_way_round(database: Database) -> None:
    listed = await a_listed(database, a_site(kinds=("MOBILE.CORESP",)))
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        gone = await editing.withdraw_service_attribute(
            db, listed.manager, service_id=listed.service_id, taxonomy="kind", code="MOBILE.CORESP",
            source="https://example.org", version=now, now=NOON,
        )  # fmt: skip
    assert gone.pending is not None


async def test_nothing_low_is_registered_at_once() -> None:
    assert "disclosure" not in editing.ServiceNew.model_fields
    assert "access_points" not in editing.ServiceNew.model_fields


async def test_the_database_itself_wants_a_second_person(database: Database) -> None:
    listed = await at(database, Level.P4)
    await disclose(database, listed, listed.manager, Level.P1)
    with pytest.raises(IntegrityError):
        async with database.transaction(SYSTEM) as db:
            await (await db.connection()).exec_driver_sql(
                "UPDATE police_fall SET state = 'confirmed', decided_by = proposed_by"
            )


async def test_proposals_are_listed_for_who_may_change_the_listing(database: Database) -> None:
    listed = await at(database, Level.P4)
    await disclose(database, listed, listed.manager, Level.P1)
    async with database.transaction(listed.second) as db:
        (fall,) = await editing.police_falls(db, listed.second, service_id=listed.service_id, now=NOON)
    assert (fall.level_from, fall.level_to, fall.state, fall.proposed_by) == ("P4", "P1", "proposed", listed.manager.id)
    async with database.transaction(listed.stranger) as db:
        with pytest.raises(NotAllowed):
            await editing.police_falls(db, listed.stranger, service_id=listed.service_id, now=NOON)
