"""Handing in listings: again, in part, and with less in them."""

from datetime import timedelta
from uuid import uuid4

import directory
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn, ClosureIn, DisclosureIn, Level, OrganizationIn, Owner, ServiceIn
from directory.views.said import Answer
from tests.builders import (
    NOON,
    a_phone,
    a_site,
    daily,
    names,
    place_of,
    publish,
    search,
    service_of,
    speaks,
    stated,
)


async def test_handing_in_the_same_again_changes_nothing(database: Database) -> None:
    site = a_site(schedules=[daily()], languages=speaks("es"), disclosure=stated(Level.P1))
    await publish(database, site)
    async with database.transaction() as db:
        again = await directory.publish(db, SYSTEM, listings=[site], now=NOON)
    assert {change.kind for change in again} == {"unchanged"}


async def test_what_is_not_mentioned_stays(database: Database) -> None:
    site = a_site(schedules=[daily()], languages=speaks("es"), disclosure=stated(Level.P1))
    await publish(database, site)
    before = site.services[0]
    summary = ServiceIn(id=before.id, organization_id=before.organization_id, name="New name")
    await publish(database, directory.ListingIn(organization=site.organization, services=(summary,)))
    result = (await search(database, open="now")).fits[0]
    assert (result.name, result.languages, result.police.level) == ("New name", ["es"], "P1")
    assert result.kinds == ["SITE.SOBER"]
    assert result.distance.metres == 10


async def test_what_is_empty_is_emptied(database: Database) -> None:
    site = a_site(languages=speaks("es"))
    await publish(database, site)
    silent = site.services[0].model_copy(update={"languages": ()})
    await publish(database, site.model_copy(update={"services": (silent,)}))
    assert (await search(database)).fits[0].languages == []


async def test_the_strictest_level_on_the_way_is_shown(database: Database) -> None:
    traced = DisclosureIn(id=uuid4(), level=Level.P3, source="https://example.org/line", stated_on=NOON.date())
    await publish(database, a_site(disclosure=stated(Level.P1), access_points=(a_phone(disclosure=traced),)))
    police = (await search(database)).fits[0].police
    assert (police.level, police.source) == ("P3", "https://example.org/line")


async def test_a_defunct_service_is_not_found(database: Database) -> None:
    await publish(database, a_site("Gone", status="defunct"), a_site("Here"))
    assert names((await search(database)).fits) == ["Here"]


async def test_a_new_name_of_the_organization_shows_at_once(database: Database) -> None:
    site = a_site()
    await publish(database, site)
    async with database.transaction() as db:
        renamed = OrganizationIn(id=site.organization.id, name="Renamed")
        await directory.register_organization(db, SYSTEM, organization=renamed, now=NOON)
    assert (await search(database)).fits[0].organization == "Renamed"


async def test_what_a_person_stated_outlives_the_same_file_handed_in_again(database: Database) -> None:
    site = a_site(attributes=(AttributeIn(taxonomy="kind", code="SITE.RESPITE"),))
    await publish(database, site)
    async with database.transaction() as db:
        said = (
            AttributeIn(taxonomy="kind", code="SITE.DETOX", source="call"),
            AttributeIn(taxonomy="kind", code="SITE.RESPITE", answer=Answer.no, source="call"),
        )
        await directory.state_attributes(db, SYSTEM, service_id=service_of(site), attributes=said, now=NOON)
    await publish(database, site)
    assert sorted((await search(database)).fits[0].kinds) == ["SITE.DETOX", "SITE.SOBER"]


async def test_what_a_listing_no_longer_says_goes(database: Database) -> None:
    site = a_site(attributes=(AttributeIn(taxonomy="kind", code="SITE.DETOX", source="https://example.org"),))
    await publish(database, site)
    less = site.services[0].model_copy(update={"attributes": ()})
    await publish(database, site.model_copy(update={"services": (less,)}))
    assert (await search(database)).fits[0].kinds == ["SITE.SOBER"]


async def test_a_place_of_one_service_that_goes_to_another_changes_both(database: Database) -> None:
    one, other = a_site("One"), a_site("Other", at=(40.5, -104.9))
    await publish(database, one, other)
    at = one.services_at_locations[0].model_copy(update={"service_id": service_of(other)})
    async with database.transaction() as db:
        await directory.place_service(db, SYSTEM, at=at, now=NOON)
    found = [(result.name, result.distance.metres) for result in (await search(database, within_m=200_000)).fits]
    assert [name for name, metres in found if metres is not None] == ["Other", "Other"]


async def test_hours_that_are_closed_for_a_while_show_at_once(database: Database) -> None:
    site = a_site(schedules=[daily()])
    await publish(database, site)
    closure = ClosureIn(id=uuid4(), starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    async with database.transaction() as db:
        await directory.close(db, SYSTEM, owner=Owner.location, owner_id=place_of(site), closure=closure, now=NOON)
    assert (await search(database)).fits[0].open.state == "closed"
