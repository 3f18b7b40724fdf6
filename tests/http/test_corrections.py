"""The page on which anybody corrects a service; and over REST what a stranger can and cannot send."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from core.db import Database
from core.security import Role
from directory import AttributeIn, ListingIn
from tests.builders import a_line, a_site, publish, service_of
from tests.directory.claimants import a_manager
from tests.http.test_claims import _signed_in

pytestmark = pytest.mark.security
MISSING = "00000000-0000-4000-8000-000000000000"
SAID = {"part": "hours", "says": "Open until midnight", "send": "yes"}


async def _send(client: AsyncClient, listing: ListingIn, path: str = "/correction", **given: str) -> Response:
    return await client.post(path, data={"service": str(service_of(listing)), **given})


async def _waiting(client: AsyncClient, database: Database) -> Any:
    headers = await _signed_in(database, await a_manager(database, "Keepers", Role.steward))
    return (await client.get("/api/v1/corrections", headers=headers)).json()


@pytest.fixture
async def listing(database: Database) -> ListingIn:
    made = a_line("Harbor Line")
    await publish(database, made)
    return made


async def test_a_card_leads_to_the_form_and_no_url_says_which_service(client: AsyncClient, listing: ListingIn) -> None:
    found = await client.post("/", data={"near": "", "need": "any"})
    assert (
        f'action="/correction?lang=en"><button class="plain" name="service" value="{service_of(listing)}"' in found.text
    )
    shown = await _send(client, listing)
    assert shown.status_code == 200
    assert "Harbor Line" in shown.text
    assert f"/{service_of(listing)}" not in shown.text
    assert shown.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("given", [{}, SAID])
async def test_to_a_reader_of_the_police_what_is_withheld_is_not_there(
    client: AsyncClient, database: Database, given: dict[str, str]
) -> None:
    refuge = a_site("Refuge", attributes=(AttributeIn(taxonomy="withheld", code="NO_POLICE_READERS"),))
    await publish(database, refuge)
    shown = await _signed_in(database, await a_manager(database, "Precinct", Role.police))
    answers = [
        await client.post("/correction", data={"service": service, **given}, headers=shown)
        for service in (str(service_of(refuge)), MISSING)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert (await _send(client, refuge, **given)).status_code == 200, "to everybody else it is"


async def test_what_is_sent_waits_for_a_steward(client: AsyncClient, database: Database, listing: ListingIn) -> None:
    taken = await _send(client, listing, **SAID, contact="cleo@example.org", source_url="https://example.org/hours")
    assert taken.status_code == 200
    assert "A steward of the directory checks what you wrote about Harbor Line" in taken.text
    (waiting,) = await _waiting(client, database)
    assert (waiting["part"], waiting["says"], waiting["source_url"], waiting["has_contact"]) == (
        "hours", "Open until midnight", "https://example.org/hours", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [({"part": ""}, "part"), ({"part": "nothing"}, "part"), ({"says": "  "}, "says"), ({"says": "x" * 2001}, "says"),
     ({"part": "website", "says": "example.org"}, "says"), ({"source_url": "example.org"}, "source_url"),
     ({"contact": "x" * 255}, "contact")],
)  # fmt: skip
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client: AsyncClient, database: Database, listing: ListingIn, given: dict[str, str], field: str
) -> None:
    answer = await _send(client, listing, **(SAID | {"contact": "cleo@example.org"} | given))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if "contact" not in given:
        assert "cleo@example.org" in answer.text
    assert await _waiting(client, database) == []


async def test_of_a_service_whose_address_is_hidden_nobody_is_asked_for_it(
    client: AsyncClient, database: Database
) -> None:
    site = a_site("Refuge", location={"confidential": True})
    await publish(database, site)
    shown = await _send(client, site)
    assert 'value="address"' not in shown.text
    assert "please write nothing about it" in shown.text
    refused = await _send(client, site, **(SAID | {"part": "address"}))
    assert refused.status_code == 422
    assert await _waiting(client, database) == []


async def test_when_enough_waits_the_form_says_so(client: AsyncClient, listing: ListingIn) -> None:
    answers = [await _send(client, listing, **SAID) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [409]
    assert "What you wrote was not sent" in answers[-1].text
    assert SAID["says"] in answers[-1].text


@pytest.mark.parametrize("service", ["", "nothing", MISSING])
async def test_without_a_service_there_is_nothing_to_correct(client: AsyncClient, service: str) -> None:
    gone = await client.post("/correction", data={"service": service, **SAID})
    assert (gone.status_code, "not listed any more" in gone.text) == (404, True)
    assert (await client.get("/correction")).headers["location"] == "/"


async def test_the_form_speaks_spanish(client: AsyncClient, listing: ListingIn) -> None:
    shown = await _send(client, listing, "/correction?lang=es")
    assert "¿Hay algo que no es correcto?" in shown.text
    taken = await _send(client, listing, "/correction?lang=es", **SAID)
    assert "Hasta entonces, nada cambia." in taken.text


@pytest.mark.parametrize("more", [{"state": "accepted"}, {"decided_by": MISSING}, {"asked_by": MISSING}])
async def test_nobody_sends_along_what_is_not_theirs_to_say(
    client: AsyncClient, listing: ListingIn, more: dict[str, str]
) -> None:
    said = {"about": "service", "id": str(service_of(listing)), "part": "hours", "says": "x"}
    assert (await client.post("/api/v1/corrections", json=said | more)).status_code == 422
    taken = await client.post("/api/v1/corrections", json=said)
    assert (taken.status_code, taken.json().keys()) == (201, {"id", "asked_at"})


async def test_a_stranger_proposes_one_thing_in_each_request(client: AsyncClient, listing: ListingIn) -> None:
    """Requests are what is counted; thirty in one would be one."""
    said = f'about: service, id: "{service_of(listing)}", part: other, says: "x"'
    one = f"proposeCorrection(input: {{{said}}}) {{ id }}"
    answer = await client.post("/graphql", json={"query": f"mutation {{ a: {one} b: {one} }}"})
    assert answer.status_code == 422
    assert "one mutation with one field at a time" in answer.text
