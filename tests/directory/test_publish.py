"""Handing in listings: again, in part, and with less in them."""

from uuid import uuid4

import directory
from core.db import Database
from core.security import SYSTEM
from directory import DisclosureIn, Level, OrganizationIn, ServiceIn
from tests.builders import NOON, a_phone, a_site, daily, names, publish, search, speaks, stated


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
