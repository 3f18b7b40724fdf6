"""Providers: set up by an administrator, found by an address, told to nobody else."""

import asyncio
import base64
import os
import subprocess
import sys
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from core import access, clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency
from tests.access.elsewhere.going import came, is_in
from tests.access.elsewhere.providers import Liar

pytestmark = pytest.mark.security


@pytest.mark.parametrize("email", ["ana.responder@example.org", "nobody@example.org", "NOBODY@EXAMPLE.ORG "])
async def test_an_address_leads_to_its_domains_providers_whoever_it_is(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member, email: str
) -> None:
    page = await browser.post("/sign-in/elsewhere", data={"work": email})
    assert page.status_code == 200
    assert f'action="/sign-in/with/{provider}"' in page.text
    assert "Lamplight Responders" in page.text
    assert email.strip() not in page.text


async def test_an_address_of_no_domain_and_an_agency_without_a_provider_are_told_so(
    browser: AsyncClient, database: Database, agency: UUID, liar: Liar, provider: UUID
) -> None:
    for work in ("ana@example.com", "ana", "", "example.org.evil.test"):
        page = await browser.post("/sign-in/elsewhere", data={"work": work})
        assert (page.status_code, "No agency has a sign-in" in page.text) == (404, True)
    assert (await browser.get(f"/sign-in/agency/{agency}")).status_code == 200
    assert (await browser.get(f"/sign-in/agency/{uuid4()}")).status_code == 404
    assert (await browser.post(f"/sign-in/with/{uuid4()}", data={})).status_code == 404


async def test_what_another_site_sends_takes_nobody_anywhere(browser: AsyncClient, provider: UUID) -> None:
    for path in ("/sign-in/elsewhere", f"/sign-in/with/{provider}"):
        answer = await browser.post(path, data={"work": "a@example.org"}, headers={"sec-fetch-site": "cross-site"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_providers_are_set_up_by_an_agencys_administrator_and_looked_at_first(
    browser: AsyncClient, database: Database, agency: UUID, liar: Liar
) -> None:
    await a_member(database, agency, Role.administrator, name="Bea", password=PASSWORD)
    await browser.post("/sign-in", data={"email": "bea.administrator@example.org", "password": PASSWORD})
    asked = {"issuer": liar.issuer, "client_id": "d", "client_secret": "hush", "domains": ["Example.org"]}
    wrong = await browser.post("/api/v1/providers", json=asked | {"issuer": liar.issuer + "/"})
    assert wrong.status_code == 422
    made = await browser.post("/api/v1/providers", json=asked)
    assert made.status_code == 201, made.text
    said = made.json()
    assert (said["has_secret"], said["domains"], said["returns_to"]) == (
        True, ["example.org"], f"/sign-in/back/{said['id']}",
    )  # fmt: skip
    assert "hush" not in made.text
    assert (await browser.post("/api/v1/providers", json=asked)).status_code == 422
    assert (await browser.post("/api/v1/providers", json=asked | {"domains": ["*"]})).status_code == 422


async def test_who_is_no_administrator_makes_us_ask_nobody(
    browser: AsyncClient, database: Database, agency: UUID, liar: Liar
) -> None:
    await a_member(database, agency, name="Bob", password=PASSWORD)
    await browser.post("/sign-in", data={"email": "bob.responder@example.org", "password": PASSWORD})
    asked = {"issuer": liar.issuer, "client_id": "d", "domains": ["example.org"]}
    assert (await browser.post("/api/v1/providers", json=asked)).status_code == 403
    assert liar.asked == []


async def test_another_agencys_provider_is_none(database: Database, provider: UUID) -> None:
    foreign = Caller(id=uuid4(), agency_id=await an_agency(database, "Foreign"), roles=frozenset({Role.administrator}))
    async with database.transaction(foreign) as db:
        assert await access.providers(db, foreign) == []
        with pytest.raises(access.NoSuchProvider):
            await access.end_provider(db, foreign, provider_id=provider, now=clock.now())


async def _typed(clone: Cluster, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a person types it, while the provider of this test goes on answering."""
    environment = os.environ | {
        "DOORLIGHT_SERVICE_DSN": clone.service_dsn, "DOORLIGHT_KEYS": RING.written(),
        "DOORLIGHT_OUTGOING_ALSO": "127.0.0.0/8, ::1", "DOORLIGHT_PUBLIC_URL": "https://doorlight.test",
    }  # fmt: skip
    command = [sys.executable, "-m", "api.cli", "agency", "provider", *arguments]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, input=given, capture_output=True, text=True, check=False
    )


async def test_whoever_runs_doorlight_sets_one_up_and_the_secret_stands_on_no_command_line(
    browser: AsyncClient, database: Database, clone: Cluster, agency: UUID, liar: Liar
) -> None:
    named = (str(agency), "--client-id", "doorlight", "--domain", "example.org", "--secret-file", "-", "--issuer")
    wrong = await _typed(clone, *named, f"{liar.issuer}/other", given="hush\n")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("doorlight: ")
    made = await _typed(clone, *named, liar.issuer, given="hush\n")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("https://doorlight.test/sign-in/back/")
    assert f"/sign-in/agency/{agency}" in made.stderr
    assert "hush" not in made.stdout + made.stderr
    await a_member(database, agency)
    provider = UUID(made.stdout.strip().rpartition("/")[2])
    assert is_in(await came(browser, provider, liar))
    ((_, _, headers),) = [one for one in liar.asked if one[0] == "/token"]
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"doorlight:hush"
