"""How often one may ask: drained, waited for, and given again; by whom, and from where."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from http.client import HTTPConnection
from ipaddress import IPv6Address
from math import ceil
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.app import create_app
from api.classes import USUAL, quota_of
from api.counting import Counting
from core import access, clock
from core.addresses import networks
from core.cluster import Database as Cluster
from core.db import Database
from core.peers import source, sources
from core.rates import Rates, quotas
from core.security import Role
from core.settings import Settings
from tests.access.builders import RING, a_member, an_agency
from tests.access.test_matrix import _headers
from tests.serving import serving

pytestmark = pytest.mark.security

SMALL = ", ".join(f"{name}=3/minute" for name in USUAL)
SEARCH = "/api/v1/search"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


Asker = Callable[..., AsyncClient]


@asynccontextmanager
async def asked(clone: Cluster, clock: Clock, rates: str = SMALL, proxies: str = "") -> AsyncIterator[Asker]:
    """Clients of an application whose quotas go by that clock, each from an address."""
    settings = Settings(service_dsn=clone.service_dsn, pool_size=2, keys=SecretStr(RING.written()), rates="off")
    app = create_app(settings)
    counting: Counting = app.state.counting
    counting._rates = Rates(quotas(USUAL, rates), clock)
    counting._source = sources(networks(proxies))
    clients: list[AsyncClient] = []

    def client(address: str = "198.51.100.7", **headers: str) -> AsyncClient:
        transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
        clients.append(AsyncClient(transport=transport, base_url="http://doorlight.test", headers=headers))
        return clients[-1]

    async with app.router.lifespan_context(app):
        yield client
    for one in clients:
        await one.aclose()


async def drained(client: AsyncClient, path: str = SEARCH, method: str = "GET") -> list[int]:
    return [(await client.request(method, path)).status_code for _ in range(4)]


async def test_a_drained_quota_grows_again_when_it_says(clone: Cluster, database: Database) -> None:
    clock = Clock()
    async with asked(clone, clock) as at:
        client = at()
        assert await drained(client) == [200, 200, 200, 429]
        clock.at += 12.5
        refused = await client.get(SEARCH)
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
        assert refused.headers["content-type"] == "application/problem+json"
        wait = int(refused.headers["retry-after"])
        assert wait == refused.json()["retry_after"] == ceil(60 - 12.5)
        clock.at += wait - 1.6  # not yet
        assert (await client.get(SEARCH)).status_code == 429
        clock.at += 1.6
        assert (await client.get(SEARCH)).status_code == 200


async def test_what_is_left_is_said_with_each_answer(clone: Cluster, database: Database) -> None:
    clock = Clock()
    async with asked(clone, clock) as at:
        client = at()
        first = await client.get(SEARCH)
        clock.at += 20
        second = await client.get(SEARCH)
        assert first.headers["ratelimit-policy"] == '"search";q=3;w=60'
        assert [one.headers["ratelimit"] for one in (first, second)] == ['"search";r=2;t=60', '"search";r=1;t=40']


async def test_each_address_has_its_own_and_a_site_of_ipv6_is_one(clone: Cluster, database: Database) -> None:
    async with asked(clone, Clock()) as at:
        assert await drained(at("198.51.100.7")) == [200, 200, 200, 429]
        assert (await at("198.51.100.8").get(SEARCH)).status_code == 200
        assert await drained(at("2001:db8:1:2::1")) == [200, 200, 200, 429]
        assert (await at("2001:db8:1:2:ffff::9").get(SEARCH)).status_code == 429
        assert (await at("2001:db8:1:3::1").get(SEARCH)).status_code == 200
        assert (await at("::ffff:198.51.100.7").get(SEARCH)).status_code == 429


async def test_nobodys_word_for_where_they_are_is_taken(clone: Cluster, database: Database) -> None:
    async with asked(clone, Clock()) as at:
        answers = [await at(**{"X-Forwarded-For": f"203.0.113.{n}"}).get(SEARCH) for n in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]


async def test_a_named_proxys_word_is(clone: Cluster, database: Database) -> None:
    async with asked(clone, Clock(), proxies="10.0.0.0/8") as at:
        for n in range(4):
            forged = {"X-Forwarded-For": f"192.0.2.{n}, 203.0.113.5, 10.0.0.9"}
            answer = await at("10.0.0.1", **forged).get(SEARCH)
        assert answer.status_code == 429  # what stands left of the first that is no proxy is anybody's word
        other = await at("10.0.0.1", **{"X-Forwarded-For": "203.0.113.6"}).get(SEARCH)
        assert other.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/sign-in"), ("GET", "/invitation/abc"), ("POST", "/api/v1/people/x/end"), ("GET", "/api/v1/keys")],
)
async def test_quotas_are_apart(clone: Cluster, database: Database, method: str, path: str) -> None:
    async with asked(clone, Clock()) as at:
        assert (await drained(at(), path, method))[-1] == 429
        assert (await at().get(SEARCH)).status_code == 200


async def test_signing_in_is_counted_whatever_is_shown_along(clone: Cluster, database: Database) -> None:
    rates = "sign_in=3/minute"
    async with asked(clone, Clock(), rates) as at:
        shown = at(cookie="__Host-doorlight=junk", authorization="Bearer junk")
        assert (await drained(shown, "/sign-in", "POST"))[-1] == 429


async def test_a_cookie_that_opens_nothing_opens_no_larger_quota(clone: Cluster, database: Database) -> None:
    async with asked(clone, Clock(), "search=3/minute") as at:
        for shown in ("__Host-doorlight=junk", "theme=dark", "__Host-doorlight="):
            answers = await drained(at(cookie=shown))
            assert answers[-1] == 429


async def test_a_person_is_counted_wherever_they_are(clone: Cluster, database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    shown = await _headers(database, boss)
    clock = Clock()
    async with asked(clone, clock, "known=3/minute, reading=1/minute, search=1/minute") as at:
        answers = [await at(f"198.51.100.{n}", **shown).get("/api/v1/me") for n in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert '"known";q=3;w=60' in answers[0].headers["ratelimit-policy"]
        answer = await at(**shown).post("/graphql", json={"query": "{ me { personId } }"})
        assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
        clock.at += 60
        assert (await at(**shown).get("/api/v1/me")).status_code == 200


async def test_a_key_is_counted_as_itself(clone: Cluster, database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    async with database.transaction(boss.caller) as db:
        first, second = [
            await access.make_key(
                db, boss.caller, name="K", scopes=["directory.read"], lasts=timedelta(days=1), now=clock.now()
            )
            for _ in range(2)
        ]
    async with asked(clone, Clock(), "known=3/minute") as at:
        assert await drained(at(authorization=f"Bearer {first.secret}")) == [200, 200, 200, 429]
        assert (await at(authorization=f"Bearer {second.secret}").get(SEARCH)).status_code == 200


async def test_trying_keys_out_is_counted(clone: Cluster, database: Database) -> None:
    async with asked(clone, Clock(), "refused=3/minute") as at:
        tried = [(await at(authorization=f"Bearer dlk_{n:032x}_{'a' * 43}").get(SEARCH)).status_code for n in range(4)]
        assert tried == [401, 401, 401, 429]


@pytest.mark.parametrize("shown", ["x", "Basic eDp5", "Bearer ", "Bearer x"])
async def test_what_is_no_key_is_counted_and_nothing_else_is_read(
    clone: Cluster, database: Database, shown: str
) -> None:
    async with asked(clone, Clock(), "refused=3/minute") as at:
        client = at(authorization=shown)
        tried = [(await client.post("/api/v1/keys", content=b"no JSON at all")).status_code for _ in range(4)]
        assert tried == [401, 401, 401, 429]


async def test_a_mutation_of_a_stranger_is_counted_as_writing(clone: Cluster, database: Database) -> None:
    query = f'mutation {{ endKey(keyId: "{uuid4()}") {{ id }} }}'
    async with asked(clone, Clock(), "writing=3/minute") as at:
        tried = [(await at().post("/graphql", json={"query": query})).status_code for _ in range(4)]
        assert tried == [200, 200, 200, 429]
        assert (await at().post("/graphql", json={"query": "{ __typename }"})).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/metrics", "/static/page.css"])
async def test_what_monitors_ask_is_not_counted(clone: Cluster, database: Database, path: str) -> None:
    async with asked(clone, Clock()) as at:
        answers = [await at().get(path) for _ in range(5)]
        assert {one.status_code for one in answers} == {200}
        assert "ratelimit" not in answers[0].headers


def test_neither_log_nor_figures_hold_an_address(clone: Cluster, tmp_path: Path) -> None:
    said, address = tmp_path / "said", "203.0.113.77"
    settings = {
        "DOORLIGHT_RATES": "search=1/minute", "DOORLIGHT_TRUSTED_PROXIES": "127.0.0.1", "DOORLIGHT_LOG_LEVEL": "debug",
    }  # fmt: skip
    with serving(clone.service_dsn, said, **settings) as (port, _):
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        statuses = []
        for path in (SEARCH, SEARCH, "/metrics"):
            connection.request("GET", path, headers={"X-Forwarded-For": address})
            answer = connection.getresponse()
            statuses.append(answer.status)
            figures = answer.read().decode()
        connection.close()
    assert statuses == [200, 429, 200]
    assert 'status="429"' in figures
    assert address not in figures
    assert address not in said.read_text()


@pytest.mark.parametrize(
    ("said", "quota", "most"),
    [("", "search", 600), ("search=5/second", "search", 5), (" search = 7/minute , known=1/hour ", "known", 1)],
)
def test_quotas_are_set_as_they_are_written(said: str, quota: str, most: int) -> None:
    assert quotas(USUAL, said)[quota].most == most


@pytest.mark.parametrize("said", ["searches=5/minute", "search=many", "search", "search=5/fortnight"])
def test_a_quota_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        quotas(USUAL, said)


@given(st.integers(1, 1_000), st.integers(1, 16))
def test_several_processes_together_exceed_a_quota_by_less_than_one_each(most: int, processes: int) -> None:
    each = quotas({"a": f"{most}/minute"}, processes=processes)["a"].most
    assert most <= each * processes < most + processes


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 5), st.integers(1, 10))
async def test_in_no_stretch_of_the_window_does_anybody_get_more(waits: list[float], most: int, seconds: int) -> None:
    clock = Clock()
    rates = Rates(quotas({"a": f"{most}/{seconds} seconds"}), clock)
    got: list[float] = []
    for wait in waits:
        clock.at += wait
        within, left = await rates.take("a", "somebody")
        recent = [at for at in got if at > clock.at - seconds]
        assert within == (len(recent) < most)
        if within:
            got.append(clock.at)
        assert left.remaining == most - len([at for at in got if at > clock.at - seconds])
        if not within:
            assert recent[0] + seconds <= clock.at + left.grows_in


async def test_what_is_kept_does_not_pile_up() -> None:
    clock = Clock()
    rates = Rates(quotas({"a": "5/minute"}), clock)
    for n in range(10_000):
        clock.at += 0.1
        await rates.take("a", f"address {n}")
    assert rates.kept < 700


@given(st.integers(0x2000 << 48, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_site_is_counted_as_one(site: int, first: int, second: int) -> None:
    one, other = (str(IPv6Address(site << 64 | host)) for host in (first, second))
    assert source(one, "") == source(other, "") == f"{IPv6Address(site << 64)}/64"


@given(st.text(max_size=40), st.text(max_size=80))
def test_any_word_about_where_is_survived(peer: str, forwarded: str) -> None:
    assert source(peer, forwarded, networks("10.0.0.0/8"))
    assert source("10.0.0.1", forwarded, networks("10.0.0.0/8"))
    assert source("198.51.100.7", forwarded) == "198.51.100.7"


@pytest.mark.parametrize(
    ("method", "path", "quota"),
    [
        ("GET", "/", "search"), ("POST", "/graphql", "search"), ("POST", "/api/v1/search", "search"),
        ("POST", "/sign-in", "sign_in"), ("POST", "/account/codes/confirm", "sign_in"),
        ("POST", "/account/password", "sign_in"),
        ("POST", "/account/sign-ins/end", "sign_in"), ("GET", "/claim/a", "link"),
        ("GET", "/api/v1/keys", "reading"), ("DELETE", "/api/v1/x", "writing"), ("GET", "/static/a", None),
    ],
)  # fmt: skip
def test_which_quota_it_is(method: str, path: str, quota: str | None) -> None:
    assert quota_of(method, path) == quota
