"""The search over HTTP: one answer by GET, POST and GraphQL."""

from typing import Any

import orjson
import pytest
from httpx import AsyncClient

from core.db import Database
from directory import Level
from tests.builders import DENVER, a_line, a_phone, a_site, daily, publish, speaks, stated

HERE = {"lat": DENVER[0], "lon": DENVER[1]}
FIELDS = {
    "id", "service_id", "location_id", "name", "organization", "kinds", "open", "distance", "police",
    "access", "languages", "confirmed_on", "freshness",
}  # fmt: skip


async def test_the_answer_has_the_parts_that_were_promised(client: AsyncClient, database: Database) -> None:
    await publish(database, a_site(schedules=[daily()], disclosure=stated(Level.P1)))
    reply = await client.get("/api/v1/search", params=HERE | {"open": "now"})
    body = reply.json()
    assert reply.status_code == 200
    assert body.keys() >= {"asked_at", "at", "fits", "might_fit", "hidden", "next"}
    result = body["fits"][0]
    assert result.keys() >= FIELDS
    assert result["open"].keys() >= {"state", "until", "opens_at", "zone", "why"}
    assert result["distance"] == {"metres": 10, "precision": "rooftop"}
    assert result["police"]["level"] == "P1"
    assert result["police"]["label"] == "Only with consent"
    assert result["police"]["source"] == "https://example.org/policy"
    assert result["police"]["stated_on"] == "2026-10-01"
    assert (result["confirmed_on"], result["freshness"]) == (None, "not_confirmed")


async def test_police_not_stated_says_so(client: AsyncClient, database: Database) -> None:
    await publish(database, a_site())
    police = (await client.get("/api/v1/search", params=HERE)).json()["fits"][0]["police"]
    assert (police["level"], police["label"], police["source"]) == ("PU", "Not stated", None)


async def test_co_response_is_never_below_police_present(client: AsyncClient, database: Database) -> None:
    await publish(database, a_site(kinds=("MOBILE.CORESP",), disclosure=stated(Level.P0)))
    assert (await client.get("/api/v1/search", params=HERE)).json()["fits"][0]["police"]["level"] == "P4"


async def test_post_answers_as_get_does(client: AsyncClient, database: Database) -> None:
    await publish(database, a_site(schedules=[daily()]), a_line())
    got = (await client.get("/api/v1/search", params=HERE | {"kind": "SITE.SOBER"})).json()
    posted = (await client.post("/api/v1/search", json=HERE | {"kind": ["SITE.SOBER"]})).json()
    assert _timeless(got) == _timeless(posted)


async def test_labels_follow_accept_language(client: AsyncClient, database: Database) -> None:
    await publish(database, a_site(schedules=[daily()]))
    reply = await client.get("/api/v1/search", params=HERE, headers={"accept-language": "es-MX,en;q=0.5"})
    assert reply.json()["fits"][0]["open"]["label"] == "Abierto"
    assert (reply.headers["content-language"], reply.headers["vary"]) == ("es", "Accept-Language")


QUERY = """query ($input: SearchInput!) { search(input: $input) {
  askedAt at { lat lon label } next nextMightFit hidden { reason label count atLeast }
  fits { ...R } mightFit { ...R } } }
fragment O on Opening { state label until opensAt zone why whyLabel }
fragment R on Result {
  id serviceId locationId name organization organizationId invented about
  address { name street city state postalCode } kinds open { ...O } distance { metres precision }
  police { level label source statedOn note tracing recording confirmedBy }
  access { kind label modes number url menuPath languages answeredBy statedOn open { ...O } }
  languages confirmedOn freshness ask }"""


@pytest.mark.parametrize(
    "asked",
    [
        {},
        HERE,
        HERE | {"open": "now"},
        HERE | {"open": "2026-11-20T23:40:00-07:00"},
        HERE | {"open": "2028-11-20T23:40:00-07:00"},
        HERE | {"kind": ["SITE.SOBER", "LINE.CRISIS"]},
        HERE | {"language": "es"},
        HERE | {"mode": "phone", "open": "now"},
        HERE | {"q": "sobering"},
        HERE | {"within_m": 500, "limit": 1},
        {"near": "39.7,-104.9"},
    ],
)
async def test_rest_and_graphql_give_one_answer(client: AsyncClient, database: Database, asked: dict[str, Any]) -> None:
    await publish(
        database,
        a_site("Sober", schedules=[daily()], languages=speaks("es")),
        a_site("Unknown", at=(39.75, -104.98), disclosure=stated(Level.P3)),
        a_line("Line", access_points=(a_phone(menu_path={"en": "press 2", "es": "oprima 2"}),)),
    )
    rest = (await client.post("/api/v1/search", json=asked)).json()
    camel = {_camel(key): value for key, value in asked.items()}
    graphql = (await client.post("/graphql", json={"query": QUERY, "variables": {"input": camel}})).json()
    assert "errors" not in graphql
    assert _timeless(_camel_keys(rest)) == _timeless(graphql["data"]["search"])


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _camel_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel(key): _camel_keys(entry) for key, entry in value.items()}
    return [_camel_keys(entry) for entry in value] if isinstance(value, list) else value


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the one part that differs between two questions."""
    read: dict[str, Any] = orjson.loads(orjson.dumps(answer).replace(b"+00:00", b"Z"))
    return {key: value for key, value in read.items() if key not in {"asked_at", "askedAt"}}
