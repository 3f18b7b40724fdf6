"""A listing that chose not to be shown to readers of the police is in nothing that a signed-in one is told.

The directory answers them, to the byte, as if it held no such listing.
"""

from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

import directory
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.errors import DoorlightError
from core.security import SYSTEM, Caller, Role
from directory import AttributeIn, CorrectionIn, Listed, ListingIn, PhoneIn, SearchInput, editing
from directory.errors import NoSuchRow
from directory.taxonomy import UnknownCode
from tests.access.builders import RING, a_member, an_agency
from tests.builders import DENVER, NOON, a_line, a_site, a_way, daily, publish, says, square

pytestmark = pytest.mark.security

POLICE = Caller(id=uuid4(), agency_id=uuid4(), roles=frozenset({Role.police}))
AT: dict[str, Any] = {"lat": DENVER[0], "lon": DENVER[1]}
ASKED: list[dict[str, Any]] = [
    AT, AT | {"open": "now"}, AT | {"open": "now", "hidden": "closed"}, AT | {"hidden": "age", "age": 12},
    AT | {"kind": ["SITE.SOBER"], "must": ["FREE"]}, AT | {"kind": ["MOBILE.CLIN"]}, AT | {"q": "house"},
    AT | {"q": "refuge"}, AT | {"limit": 1}, AT | {"open": "2027-06-01T12:00:00-06:00"}, {}, {"q": "refuge"},
    {"kind": ["LINE.CRISIS"]}, AT | {"police_max": "P1"}, {"near": "Denver County, CO"},
    AT | {"hidden": "not_covering"},
]  # fmt: skip


def _listings(*opt_outs: str, name: str = "House") -> list[ListingIn]:
    """One of each kind: a place that is open, one that is shut, a team, a line."""
    said = (*says(["FREE"]), *(AttributeIn(taxonomy="withheld", code=code) for code in opt_outs))
    shut = daily(time(0), 1, zone="America/Denver")
    return [
        a_site(f"{name} refuge", schedules=[daily()], attributes=said, description="refuge house"),
        a_site(f"{name} shut", schedules=[shut], attributes=said, minimum_age=18, at=(DENVER[0] + 0.001, DENVER[1])),
        a_site(f"{name} team", kinds=("MOBILE.CLIN",), attributes=said, service_areas=(square(*DENVER, 0.3),)),
        a_line(f"{name} line", attributes=said, schedules=(daily(),)),
        a_line(f"{name} elsewhere", attributes=said, service_areas=(square(10.0, 10.0, 0.1),)),
    ]


async def _told(database: Database, caller: Caller) -> list[bytes]:
    told = []
    async with database.reading() as reader:
        for asked in ASKED:
            ask = SearchInput(**asked)
            told.append((await directory.search(reader, caller, ask=ask, now=NOON)).body)
            for of in Listed:
                try:
                    page = await directory.page(reader, caller, ask=ask, of=of, now=NOON)
                except DoorlightError as refused:
                    told.append(type(refused).__name__.encode())
                else:
                    told.append("".join(row.body + row.cursor for row in page.rows).encode())
    return told


@pytest.mark.parametrize("code", ["NO_POLICE_READERS", "NO_BULK_EXPORT"])
async def test_to_readers_of_the_police_it_is_as_if_it_were_not_there(database: Database, code: str) -> None:
    await publish(database, *_listings(name="Public"))
    without = await _told(database, POLICE)
    assert await _told(database, Caller()) == without
    await publish(database, *_listings(code, name="Withheld"))
    assert await _told(database, POLICE) == without
    public = await _told(database, Caller())
    differing = [asked for asked, one, other in zip(ASKED, public[::4], without[::4], strict=True) if one != other]
    assert len(differing) > len(ASKED) * 0.7, "the public sees it: these questions would show it"


async def test_nobody_can_look_for_who_opted_out(database: Database) -> None:
    await publish(database, *_listings("NO_POLICE_READERS"))
    async with database.reading() as reader:
        answer = await directory.search(reader, Caller(), ask=SearchInput(**AT), now=NOON)
        assert b"House refuge" in answer.body
        assert b"POLICE_READERS" not in answer.body
        with pytest.raises(UnknownCode):
            await directory.search(reader, Caller(), ask=SearchInput(must=["NO_POLICE_READERS"]), now=NOON)


@pytest.mark.parametrize("role", [Role.police, Role.evaluator])
async def test_signed_in_by_rest_graphql_and_the_page(client: AsyncClient, database: Database, role: Role) -> None:
    await publish(database, *_listings("NO_POLICE_READERS", name="Withheld"), *_listings(name="Public"))
    member = await a_member(database, await an_agency(database), role, name="Sam")
    assert member.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=member.caller.id, agency_id=member.caller.agency_id, shared=False, now=clock.now()
        )
    shown = {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}
    compiled = "query ($it: SearchInput!) { search(input: $it) { fits { name } mightFit { name } hidden { count } } }"
    resolved = "query ($it: SearchInput!) { services(input: $it) { edges { node { name } } } }"
    answers = [
        await client.post("/api/v1/search", json=AT, headers=shown),
        await client.get("/api/v1/search", params=AT, headers=shown),
        await client.post("/", data={"near": f"{DENVER[0]},{DENVER[1]}", "open": "any"}, headers=shown),
        *[
            await client.post("/graphql", json={"query": query, "variables": {"it": AT}}, headers=shown)
            for query in (compiled, resolved)
        ],
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "Public" in answer.text
        assert ("Withheld" in answer.text) == (role != Role.police)
    people = await client.get("/api/v1/people", headers=shown)
    assert people.status_code == 403, "neither reads who works in an agency"


@pytest.mark.parametrize("code", ["NO_POLICE_READERS", "NO_BULK_EXPORT"])
async def test_by_its_id_it_is_no_more_than_one_that_is_missing(database: Database, code: str) -> None:
    listing = a_site("Refuge", attributes=(AttributeIn(taxonomy="withheld", code=code),))
    await publish(database, listing)
    (service,), (place,) = listing.services, listing.locations
    asked = (
        (editing.service, "service_id", service.id), (editing.location, "location_id", place.id),
        (editing.organization, "organization_id", listing.organization.id),
    )  # fmt: skip
    async with database.transaction() as db:
        for read, name, row_id in asked:
            with pytest.raises(NoSuchRow) as hidden:
                await read(db, POLICE, **{name: row_id})
            with pytest.raises(NoSuchRow) as missing:
                await read(db, POLICE, **{name: uuid4()})
            assert (hidden.value.detail, hidden.value.facts) == (missing.value.detail, missing.value.facts)
            assert (await read(db, Caller(), **{name: row_id})).id == row_id
        seen = await editing.service(db, Caller(), service_id=service.id)
        assert [one.taxonomy for one in seen.attributes if one.taxonomy == "withheld"] == []
        theirs = await editing.service(db, SYSTEM, service_id=service.id)
        assert [one.code for one in theirs.attributes if one.taxonomy == "withheld"] == [code]


def _shared() -> tuple[ListingIn, ListingIn]:
    """A house of which everybody is told; and the same with a refuge in it that is withheld from the police."""
    pro = a_way("AP.PRO", "phone", number="303-555-0150")
    house, refuge = a_site("House"), a_site("Refuge", access_points=(pro,))
    phones = (PhoneIn(id=uuid4(), number="303-555-0150"), PhoneIn(id=uuid4(), number="303-555-0151"))
    place = house.locations[0].model_copy(update={"phones": phones, "organization_id": house.organization.id})
    organization = house.organization.model_copy(update={"phones": _anew(phones)})
    said = (AttributeIn(taxonomy="withheld", code="NO_POLICE_READERS"),)
    service = refuge.services[0].model_copy(update={"organization_id": organization.id, "attributes": said})
    at = refuge.services_at_locations[0].model_copy(update={"location_id": place.id})
    whole = {"organization": organization, "locations": (place,)}
    with_refuge = whole | {"services": (*house.services, service)}
    with_refuge["services_at_locations"] = (*house.services_at_locations, at)
    alone, beside = (
        ListingIn.model_validate(house.model_copy(update=more).model_dump(exclude_unset=True))
        for more in (whole, with_refuge)
    )
    return alone, beside


def _anew(phones: tuple[PhoneIn, ...]) -> tuple[PhoneIn, ...]:
    return tuple(one.model_copy(update={"id": uuid4()}) for one in phones)


async def _place_and_organization(
    database: Database, listing: ListingIn, caller: Caller
) -> tuple[editing.LocationView, editing.OrganizationView]:
    async with database.transaction(caller) as db:
        return (
            await editing.location(db, caller, location_id=listing.locations[0].id),
            await editing.organization(db, caller, organization_id=listing.organization.id),
        )


async def test_the_version_of_what_is_shown_does_not_move_for_what_is_not(database: Database) -> None:
    without, with_refuge = _shared()
    await publish(database, without)
    before = await _place_and_organization(database, without, POLICE)
    public = await _place_and_organization(database, without, Caller())
    await publish(database, with_refuge)
    after = await _place_and_organization(database, without, POLICE)
    for one, other in zip(before, after, strict=True):  # a number for professionals is told to nobody
        assert one.model_dump(exclude={"phones"}) == other.model_dump(exclude={"phones"})
    seen = await _place_and_organization(database, without, Caller())
    assert public[0].version != seen[0].version
    assert public[1].version != seen[1].version


async def test_a_number_for_professionals_of_what_is_withheld_is_shown_to_the_police_no_more_than_to_anybody(
    database: Database,
) -> None:
    _, with_refuge = _shared()
    await publish(database, with_refuge)
    for caller in (POLICE, Caller()):
        for one in await _place_and_organization(database, with_refuge, caller):
            assert [phone.number for phone in one.phones] == ["303-555-0151"]


async def test_a_correction_is_answered_as_if_it_were_not_there(database: Database) -> None:
    listing = a_site("Refuge", attributes=(AttributeIn(taxonomy="withheld", code="NO_POLICE_READERS"),))
    await publish(database, listing)
    (service,), (place,) = listing.services, listing.locations
    about = {"service": service.id, "location": place.id, "organization": listing.organization.id}
    for what, row_id in about.items():
        said = {"about": what, "part": "other", "says": "The gate is green"}
        refused = []
        for each in (row_id, uuid4()):
            with pytest.raises(NoSuchRow) as missing:
                await _corrected(database, POLICE, CorrectionIn.model_validate(said | {"id": each}))
            refused.append((missing.value.detail, missing.value.facts))
        assert refused[0] == refused[1]
        await _corrected(database, Caller(), CorrectionIn.model_validate(said | {"id": row_id}))
    async with database.transaction(POLICE) as db:
        with pytest.raises(NoSuchRow):
            await directory.correctable(db, POLICE, service_id=service.id)


async def test_what_is_withheld_later_is_not_read_by_an_old_correction(database: Database) -> None:
    listing, reader = a_site("Refuge"), Caller(id=uuid4(), agency_id=uuid4(), roles=frozenset({Role.police}))
    await publish(database, listing)
    said = {"about": "service", "part": "name", "says": "Haven", "id": listing.services[0].id}
    await _corrected(database, reader, CorrectionIn.model_validate(said))
    async with database.transaction(reader) as db:
        (seen,) = await directory.corrections(db, reader, decided=False)
    assert (seen.says, seen.name, seen.now) == ("Haven", None, None)


async def _corrected(database: Database, caller: Caller, correction: CorrectionIn) -> None:
    async with database.transaction(caller) as db:
        await directory.propose_correction(db, caller, correction=correction, ring=RING, now=NOON)
