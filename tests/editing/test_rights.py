"""Who may change a listing, and that nobody can go round it."""

from uuid import uuid4

import pytest

import directory
from core.db import Database
from core.errors import Forbidden
from core.security import GIVEN, PUBLIC, SYSTEM, Caller, Role
from directory import editing
from directory.errors import NoSuchRow, NotAllowed
from directory.rules.editing import may_edit
from tests.builders import NOON, a_site, publish, service_of
from tests.editing.builders import a_listed, claimed, correct, shown

pytestmark = pytest.mark.security


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("answers", [True, False])
def test_stewards_change_everything_and_managers_what_their_agency_answers_for(role: Role, *, answers: bool) -> None:
    wanted = role in {Role.steward, Role.system} or (role is Role.provider_manager and answers)
    assert may_edit([role], answers=answers) is wanted


async def test_a_manager_changes_what_their_agency_answers_for(database: Database) -> None:
    listed = await a_listed(database)
    await correct(database, listed, listed.manager, name="Another name")
    assert (await shown(database, listed)).name == "Another name"


async def test_a_steward_changes_any_listing(database: Database) -> None:
    listed = await a_listed(database)
    await correct(database, listed, listed.steward, name="Another name")
    assert (await shown(database, listed)).name == "Another name"


async def test_another_agencys_manager_changes_nothing_of_it(database: Database) -> None:
    listed = await a_listed(database)
    with pytest.raises(NotAllowed):
        await correct(database, listed, listed.stranger, name="Another name")


@pytest.mark.parametrize("role", sorted({*GIVEN} - {Role.steward, Role.provider_manager}))
async def test_no_other_role_changes_anything_even_in_the_agency_that_answers(database: Database, role: Role) -> None:
    listed = await a_listed(database)
    caller = Caller(id=listed.manager.id, agency_id=listed.agency, roles=frozenset({role}))
    with pytest.raises(NotAllowed):
        await correct(database, listed, caller, name="Another name")


async def test_nobody_moves_a_listing_to_an_organization_that_is_not_theirs(database: Database) -> None:
    listed, other = await a_listed(database), a_site("Elsewhere")
    await publish(database, other)
    with pytest.raises(NotAllowed):
        await correct(database, listed, listed.manager, organization_id=other.organization.id)
    await claimed(database, listed.agency, other.organization.id)
    await correct(database, listed, listed.manager, organization_id=other.organization.id)
    assert (await shown(database, listed)).organization_id == other.organization.id


async def test_nobody_puts_a_service_at_a_place_of_somebody_else(database: Database) -> None:
    listed, other = await a_listed(database), a_site("Elsewhere", location={"organization_id": None})
    await publish(database, other)
    seen = (await shown(database, listed)).version
    with pytest.raises(NotAllowed):
        async with database.transaction(listed.manager) as db:
            await editing.put_at_location(
                db, listed.manager, service_id=listed.service_id, location_id=other.locations[0].id, description=None,
                version=seen, now=NOON,
            )  # fmt: skip


async def test_a_confidential_place_is_missing_for_who_may_not_change_it(database: Database) -> None:
    listing = a_site("House", kinds=("DV.SHELTER",))
    own = listing.model_copy(
        update={"locations": (listing.locations[0].model_copy(update={"organization_id": listing.organization.id}),)}
    )
    listed = await a_listed(database, own)
    for caller in (PUBLIC, listed.stranger, listed.reviewer):
        async with database.transaction(caller) as db:
            with pytest.raises(NoSuchRow):
                await editing.location(db, caller, location_id=listed.location_id)
    async with database.transaction(listed.manager) as db:
        seen = await editing.location(db, listed.manager, location_id=listed.location_id)
    assert (seen.confidential, seen.latitude, seen.name, seen.addresses) == (True, None, None, ())
    with pytest.raises(NoSuchRow):
        async with database.transaction(listed.stranger) as db:
            await editing.retire_location(
                db, listed.stranger, location_id=listed.location_id, version=seen.version, now=NOON
            )


@pytest.mark.parametrize("role", GIVEN)
async def test_nobody_hands_whole_rows_in_but_the_system(database: Database, role: Role) -> None:
    listing = a_site()
    caller = Caller(roles=frozenset({role}))
    async with database.transaction(caller) as db:
        with pytest.raises(Forbidden):
            await directory.publish(db, caller, listings=[listing], now=NOON)
        with pytest.raises(Forbidden):
            await directory.register_service(db, caller, service=listing.services[0], now=NOON)


async def test_a_number_for_professionals_is_shown_to_who_may_change_it_alone(database: Database) -> None:
    phone = directory.PhoneIn(id=a_site().organization.id, number="303-555-0199")
    points = (
        directory.AccessPointIn(id=a_site().organization.id, kind="AP.PRO", modes=("phone",), number=phone.number),
    )
    listed = await a_listed(database, a_site(access_points=points, phones=(phone,)))
    assert phone.number not in (await shown(database, listed)).model_dump_json()
    async with database.transaction(listed.manager) as db:
        seen = await editing.service(db, listed.manager, service_id=listed.service_id)
    assert [point.number for point in seen.access_points] == [phone.number]


async def test_a_place_is_not_retired_from_under_somebody_elses_service(database: Database) -> None:
    listed, guest = await a_listed(database), a_site("Guest")
    await publish(database, guest)
    at = directory.ServiceAtLocationIn(id=uuid4(), service_id=service_of(guest), location_id=listed.location_id)
    async with database.transaction() as db:
        await directory.place_service(db, SYSTEM, at=at, now=NOON)
        seen = await editing.location(db, SYSTEM, location_id=listed.location_id)
    with pytest.raises(NotAllowed):
        async with database.transaction(listed.manager) as db:
            await editing.retire_location(
                db, listed.manager, location_id=listed.location_id, version=seen.version, now=NOON
            )
