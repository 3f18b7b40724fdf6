"""Hiding a place is done at once, whatever hangs on its door; what is known of police there stays said."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core.cluster import Database as Cluster
from core.cluster.roles import connect
from core.db import Database
from core.security import SYSTEM
from directory import AccessPointIn, DisclosureIn, Level, editing
from directory.editing import Root
from directory.errors import Forgotten, HidesAndFalls, Stale
from directory.models import AccessPoint, Disclosure
from directory.service.editing.falls import fallen
from directory.service.editing.whole import Whole
from tests.builders import DENVER, NOON, a_phone, a_site, a_way, publish, says, search, square, stated
from tests.directory.test_confidential import leaking
from tests.editing.builders import Listed, a_listed, correct, shown, version

pytestmark = pytest.mark.security
ON = date(2026, 11, 1)
Step = Callable[[Database, Listed], Awaitable[editing.EditedView]]


def a_door(claim: DisclosureIn | None, kind: str = "AP.WALKIN") -> AccessPointIn:
    """A way in through the door, of which that is claimed."""
    return a_way(kind, "door", disclosure=claim)


async def a_house(database: Database, *ways: AccessPointIn, **more: Any) -> Listed:
    site = a_site(kinds=("SHELTER.ADULT",), name="House", access_points=(*ways, a_phone()), **more)
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    return await a_listed(database, site.model_copy(update={"locations": (place,)}))


async def _hide(database: Database, listed: Listed) -> editing.EditedView:
    async with database.transaction(listed.manager) as db:
        seen = await editing.location(db, listed.manager, location_id=listed.location_id)
        return await editing.hide_location(
            db, listed.manager, location_id=listed.location_id, version=seen.version, now=NOON
        )


async def _mark(database: Database, listed: Listed) -> editing.EditedView:
    async with database.transaction(listed.manager) as db:
        seen = await editing.location(db, listed.manager, location_id=listed.location_id)
        marked = editing.LocationCorrection(description="Undisclosed")
        return await editing.correct_location(
            db, listed.manager, location_id=seen.id, correction=marked, version=seen.version, now=NOON
        )


async def _kind(database: Database, listed: Listed, *more: editing.AttributeSaid) -> editing.EditedView:
    now = await version(database, listed)
    said = (editing.AttributeSaid(taxonomy="kind", code="DV.SHELTER"), *more)
    async with database.transaction(listed.manager) as db:
        return await editing.state_service_attributes(
            db, listed.manager, service_id=listed.service_id, attributes=said, version=now, now=NOON
        )


async def _name(database: Database, listed: Listed) -> editing.EditedView:
    return await correct(database, listed, listed.manager, name="Domestic violence shelter")


async def _organization(database: Database, listed: Listed) -> editing.EditedView:
    async with database.transaction(listed.manager) as db:
        seen = await editing.organization(db, listed.manager, organization_id=listed.organization_id)
        named = editing.OrganizationCorrection(name="Battered Women's Shelter")
        return await editing.correct_organization(
            db, listed.manager, organization_id=seen.id, correction=named, version=seen.version, now=NOON
        )


STEPS = [_hide, _mark, _kind, _name, _organization]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("own", [None, Level.P1])
async def test_it_is_done_at_once_and_the_level_of_the_door_is_the_services(
    database: Database, clone: Cluster, step: Step, own: Level | None
) -> None:
    listed = await a_house(database, a_door(stated(Level.P4)), disclosure=own and stated(own))
    done = await step(database, listed)
    assert (done.pending, done.change_id is None) == (None, False)
    seen = await shown(database, listed)
    assert [one.kind for one in seen.access_points] == ["AP.DIRECT"]
    assert seen.disclosure is not None
    assert (seen.disclosure.level, seen.disclosure.source, seen.disclosure.note) == (
        "P4", "https://example.org/policy", None,
    )  # fmt: skip
    assert leaking(clone) == []


@pytest.mark.parametrize("step", STEPS)
async def test_that_it_became_the_services_stands_in_the_history_of_the_service(database: Database, step: Step) -> None:
    listed = await a_house(database, a_door(stated(Level.P4)), disclosure=stated(Level.P1))
    await step(database, listed)
    async with database.transaction(listed.second) as db:
        (change,) = await editing.history(db, listed.second, root=Root.service, row_id=listed.service_id, now=NOON)
    assert change.person_id == listed.manager.id
    (level,) = [one for one in change.fields if (one.table, one.field) == ("disclosure", "level")]
    assert (level.before, level.after) == ('"P1"', '"P4"')
    assert "Canary" not in change.model_dump_json()


@pytest.mark.parametrize("step", STEPS)
async def test_it_is_not_undone(database: Database, clone: Cluster, step: Step) -> None:
    listed = await a_house(database, a_door(stated(Level.P4)))
    await step(database, listed)
    seen = 0
    for root, row_id in (
        (Root.service, listed.service_id), (Root.location, listed.location_id),
        (Root.organization, listed.organization_id),
    ):  # fmt: skip
        async with database.transaction(listed.second) as db:
            changes = await editing.history(db, listed.second, root=root, row_id=row_id, now=NOON)
            now = await _version(db, root, listed)
        seen += len(changes)
        for change in changes:
            with pytest.raises(Forgotten):
                async with database.transaction(listed.second) as db:
                    await editing.undo(db, listed.second, change_id=change.id, version=now, now=NOON)
    assert seen, "it stands in a history"
    assert leaking(clone) == []


async def _version(db: AsyncSession, root: Root, listed: Listed) -> str:
    match root:
        case Root.service:
            return (await editing.service(db, listed.second, service_id=listed.service_id)).version
        case Root.location:
            return (await editing.location(db, listed.second, location_id=listed.location_id)).version
        case Root.organization:
            return (await editing.organization(db, listed.second, organization_id=listed.organization_id)).version


async def test_a_lower_promise_at_the_door_is_not_made_for_the_whole_service(database: Database) -> None:
    listed = await a_house(database, a_door(stated(Level.P1)))
    assert (await _hide(database, listed)).pending is None
    assert (await shown(database, listed)).disclosure is None


@pytest.mark.parametrize("step", [_hide, _kind])
@pytest.mark.parametrize(("own", "after"), [(Level.P3, "P3"), (None, "PU")])
async def test_what_is_traced_at_the_door_is_said_of_the_service_too(
    database: Database, step: Step, own: Level | None, after: str
) -> None:
    door = stated(Level.P1).model_copy(update={"tracing": "does", "recording": "none", "note": "By the gate"})
    listed = await a_house(database, a_door(door), disclosure=own and stated(own))
    assert (await step(database, listed)).pending is None
    claim = (await shown(database, listed)).disclosure
    assert claim is not None
    assert (claim.level, claim.tracing, claim.recording, claim.note) == (after, "does", "not_stated", None)
    assert (claim.source is None) == (claim.stated_on is None) == (own is None)


async def test_what_is_written_of_the_door_goes_with_it(database: Database, clone: Cluster) -> None:
    noted = stated(Level.P5).model_copy(update={"note": "officers by the back gate", "source": "12 Canary Street"})
    listed = await a_house(database, a_door(noted, "AP.STREET"))
    await _hide(database, listed)
    claim = (await shown(database, listed)).disclosure
    assert claim is not None
    assert (claim.level, claim.note) == ("P5", None)
    assert leaking(clone) == []


async def test_a_door_with_no_claim_does_not_hold_it(database: Database) -> None:
    listed = await a_house(database, a_door(None), disclosure=None)
    assert (await _kind(database, listed)).pending is None


async def test_a_door_for_professionals_tells_nobody_anything(database: Database) -> None:
    listed = await a_house(database, a_door(stated(Level.P4), "AP.PRO"))
    assert (await _hide(database, listed)).pending is None
    assert (await shown(database, listed)).disclosure is None


async def test_a_number_for_professionals_stays_theirs_without_its_door(database: Database) -> None:
    loud = a_way("AP.PRO", "phone", "door", number="303-555-0150", disclosure=stated(Level.P4))
    listed = await a_house(database, loud, disclosure=stated(Level.P0))
    assert (await _hide(database, listed)).pending is None
    async with database.transaction(listed.manager) as db:
        seen = await editing.service(db, listed.manager, service_id=listed.service_id)
    (pro,) = [one for one in seen.access_points if one.kind == "AP.PRO"]
    assert (pro.number, pro.modes) == ("303-555-0150", ("phone",))
    said = [editing.AccessPointSaid(kind="AP.LOCAL", modes=("phone",), number="(303) 555-0150")]
    async with database.transaction(listed.manager) as db:
        done = await editing.set_service_access_points(
            db, listed.manager, service_id=listed.service_id, access_points=said, source="https://example.org",
            version=seen.version, now=NOON,
        )  # fmt: skip
    assert done.pending is not None


def test_a_way_in_that_is_taken_away_in_the_same_breath_is_no_door_that_went_with_the_place() -> None:
    """Its level was carried nowhere, so the service would be quiet without it."""
    service_id, way_id, claim_id = uuid4(), uuid4(), uuid4()
    way = {"id": way_id, "kind": "AP.WALKIN", "number": None, "url": None, "service_at_location_id": None}
    claim = {"id": claim_id, "service_id": None, "access_point_id": way_id, "level": "P4", "stated_on": ON}
    before = Whole(Root.service, service_id, {AccessPoint: {way_id: way}, Disclosure: {claim_id: claim}})
    with pytest.raises(HidesAndFalls):
        fallen(before, Whole(Root.service, service_id), on=ON, changed=(), hides=True)


async def test_a_fall_in_the_same_breath_is_handed_in_by_itself(database: Database, clone: Cluster) -> None:
    listed = await a_house(database, a_door(None), attributes=says(["POLICE_RUN"]))
    less = editing.AttributeSaid(
        code="POLICE_RUN", answer=editing.Answer.no, source="https://example.org", stated_on=ON
    )
    with pytest.raises(HidesAndFalls):
        await _kind(database, listed, less)
    assert (await _kind(database, listed)).pending is None
    assert leaking(clone) == []


async def test_a_later_import_keeps_it_said(database: Database, clone: Cluster) -> None:
    listed = await a_house(database, a_door(stated(Level.P4)), disclosure=stated(Level.P1))
    await _hide(database, listed)
    await publish(database, listed.listing)
    claim = (await shown(database, listed)).disclosure
    assert claim is not None
    assert claim.level == "P4"
    assert leaking(clone) == []


async def test_who_hides_it_need_not_answer_for_every_service_there(database: Database) -> None:
    listed, other = await _neighbours(database)
    done = await _hide(database, other)
    assert done.pending is None
    claim = (await shown(database, listed)).disclosure
    assert claim is not None
    assert claim.level == "P4"


async def test_what_it_takes_from_a_service_of_somebody_else_stands_in_the_history_of_that_one(
    database: Database,
) -> None:
    listed, other = await _neighbours(database)
    await _kind(database, other)
    async with database.transaction(listed.manager) as db:
        (change,) = await editing.history(db, listed.manager, root=Root.service, row_id=listed.service_id, now=NOON)
    assert (change.act, change.person_id) == ("state_service_attributes", other.manager.id)


async def _neighbours(database: Database, **more: Any) -> tuple[Listed, Listed]:
    """Two services of different organizations, the first of them with a door, at the second's place."""
    listed = await a_house(database, a_door(stated(Level.P4)))
    other = await a_house(database, **more)
    at = listed.listing.services_at_locations[0].model_copy(update={"location_id": other.location_id})
    async with database.transaction() as db:
        await directory.place_service(db, SYSTEM, at=at, now=NOON)
    return listed, other


async def test_a_shelter_that_comes_to_a_house_takes_the_door_from_who_is_there_in_their_history(
    database: Database,
) -> None:
    listed = await a_house(database, a_door(stated(Level.P4)))
    shelter = await a_listed(database, a_site(kinds=("DV.SHELTER",), name="Harbor"))
    now = await version(database, shelter)
    async with database.transaction(shelter.steward) as db:
        await editing.put_at_location(
            db, shelter.steward, service_id=shelter.service_id, location_id=listed.location_id, description=None,
            version=now, now=NOON,
        )  # fmt: skip
    async with database.transaction(listed.manager) as db:
        (change,) = await editing.history(db, listed.manager, root=Root.service, row_id=listed.service_id, now=NOON)
    assert (change.act, change.person_id) == ("put_at_location", shelter.steward.id)


async def test_who_writes_of_a_house_while_it_is_hidden_waits_and_hears_that_it_changed(
    database: Database, clone: Cluster
) -> None:
    listed, other = await _neighbours(database)
    theirs, mine = await version(database, listed), await version(database, other)

    async def tells() -> editing.EditedView:
        async with database.transaction(listed.manager) as db:
            return await editing.correct_service(
                db, listed.manager, service_id=listed.service_id, version=theirs, now=NOON, clear=(),
                correction=editing.ServiceCorrection(description="Ring at 12 Canary Street"),
            )  # fmt: skip

    async with database.transaction(other.manager) as db:
        await editing.state_service_attributes(
            db, other.manager, service_id=other.service_id, version=mine, now=NOON,
            attributes=(editing.AttributeSaid(taxonomy="kind", code="DV.SHELTER"),),
        )  # fmt: skip
        telling = asyncio.create_task(tells())
        await _waiting(clone, telling)
    with pytest.raises(Stale):
        await telling


async def _waiting(clone: Cluster, task: asyncio.Task[Any]) -> None:
    """Until it waits for a lock, or is through."""
    waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with connect(clone.admin_dsn) as admin:
        while not task.done() and admin.execute(waits).fetchone() is None:  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.01)


async def test_a_number_of_the_police_stays_without_its_door(database: Database) -> None:
    desk = a_way("AP.NONEMERG", "phone", "door", number="303-555-0140")
    listed = await a_house(database, desk, disclosure=stated(Level.P0))
    assert (await _kind(database, listed)).pending is None
    ways = {one.kind: one.modes for one in (await shown(database, listed)).access_points}
    assert ways["AP.NONEMERG"] == ("phone",)


async def test_what_is_said_of_a_door_later_is_said_of_the_service(database: Database) -> None:
    listed = await a_house(database, disclosure=stated(Level.P1))
    await _hide(database, listed)
    now = await version(database, listed)
    claim = editing.DisclosureSaid(level=Level.P4, source="https://example.org", stated_on=ON)
    said = (editing.AccessPointSaid(kind="AP.WALKIN", modes=("door",), disclosure=claim),)
    known = [
        editing.AccessPointSaid(id=one.id, kind=one.kind, modes=one.modes, number=one.number)
        for one in (await shown(database, listed)).access_points
    ]
    async with database.transaction(listed.manager) as db:
        await editing.set_service_access_points(
            db, listed.manager, service_id=listed.service_id, access_points=(*known, *said), version=now, now=NOON
        )
    seen = await shown(database, listed)
    assert [one.kind for one in seen.access_points] == ["AP.DIRECT"]
    assert seen.disclosure is not None
    assert seen.disclosure.level == "P4"


async def test_a_door_of_which_nothing_is_stated_is_not_stated_when_nobody_sees_it_any_more(
    database: Database,
) -> None:
    site = a_site(access_points=(a_phone(disclosure=stated(Level.P0)),), service_areas=(square(*DENVER, 0.5),))
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    listed = await a_listed(database, site.model_copy(update={"locations": (place,)}))
    for step in (None, _hide):
        if step is not None:
            await step(database, listed)
        (found,) = (await search(database)).fits
        assert (found.police.level, found.access[0].police) == ("PU", "P0")
