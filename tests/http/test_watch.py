"""What a whole process says of security while people come in, are refused, and try what is not theirs."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core import clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency, invited
from tests.access.forging import form
from tests.access.test_tokens import a_machine
from tests.serving import serving

pytestmark = pytest.mark.security

OURS = {"sec-fetch-site": "same-origin"}
WRONG = "not this one at all"


@dataclass(frozen=True)
class Heard:
    """A process that answers, and what it has said so far."""

    caller: httpx.Client
    text: Callable[[], str]

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    def signed_in(self, email: str) -> dict[str, str]:
        answer = self.caller.post("/sign-in", data={"email": email, "password": PASSWORD}, headers=OURS)
        return OURS | {"cookie": answer.headers["set-cookie"].split(";")[0]}


@pytest.fixture
def heard(clone: Cluster, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    monkeypatch.setenv("DOORLIGHT_KEYS", RING.written())
    said = tmp_path / "said"
    with (
        serving(clone.service_dsn, said, DOORLIGHT_LOG_LEVEL="debug") as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as caller,
    ):
        yield Heard(caller, said.read_text)


@pytest.fixture
async def ana(database: Database) -> Member:
    return await a_member(database, await an_agency(database), password=PASSWORD)


def test_who_came_in_is_said_by_id_and_nothing_that_was_typed(heard: Heard, ana: Member) -> None:
    shown = heard.signed_in(ana.email)
    heard.caller.post("/sign-out", data={"everywhere": "yes"}, headers=shown)
    (came,) = heard.events("signed in")
    assert (came["by"], came["person"], came["agency"]) == (
        "password", str(ana.caller.id), str(ana.caller.agency_id),
    )  # fmt: skip
    assert came["timestamp"].endswith("Z")
    (left,) = heard.events("signed out")
    assert (left["everywhere"], left["person"]) == (True, str(ana.caller.id))
    for secret in (ana.email, PASSWORD, shown["cookie"].partition("=")[2], "Ana"):
        assert secret not in heard.text()


def test_why_somebody_was_not_let_in_is_said_to_the_log_alone(heard: Heard, ana: Member) -> None:
    answers = [
        heard.caller.post("/sign-in", data={"email": email, "password": password}, headers=OURS).text
        for email, password in ((ana.email, WRONG), ("nobody@example.org", PASSWORD), *[(ana.email, WRONG)] * 4,
                                (ana.email, PASSWORD))
    ]  # fmt: skip
    assert len({answer.replace("nobody@example.org", ana.email) for answer in answers}) == 1
    assert [event["reason"] for event in heard.events("proof refused")] == [
        "wrong password", "no such account", *["wrong password"] * 4, "shut",
    ]  # fmt: skip
    assert heard.events("proof refused")[0]["person"] == str(ana.caller.id)
    for secret in (ana.email, "nobody@example.org", WRONG, PASSWORD):
        assert secret not in heard.text()


def test_denials_are_said_with_who_and_where(heard: Heard, ana: Member) -> None:
    shown = heard.signed_in(ana.email)
    missing = "0f4b1c6e-0000-4000-8000-000000000000"
    heard.caller.get("/api/v1/people", headers=shown)
    heard.caller.post("/graphql", json={"query": "{ people { personId } }"}, headers=shown)
    heard.caller.get("/api/v1/me")
    heard.caller.get("/api/v1/me", headers={"authorization": "Bearer dlk_secret"})
    heard.caller.post("/sign-in", data={"email": ana.email}, headers={"sec-fetch-site": "cross-site"})
    heard.caller.post("/account/agency", data={"agency": missing}, headers=shown)
    said = [
        (event["route"], event["status"], event["kind"], event["reason"], event.get("person"))
        for event in heard.events("refused")
    ]
    person = str(ana.caller.id)
    assert said == [
        ("/api/v1/people", 403, "not-allowed", None, person), ("/graphql", 403, "not-allowed", None, person),
        ("/api/v1/me", 401, "not-signed-in", "missing", None), ("/api/v1/me", 401, "not-signed-in", "invalid", None),
        ("/sign-in", 403, "not-from-here", None, None), ("/account/agency", 404, "no-such-agency", None, person),
    ]  # fmt: skip
    assert "dlk_secret" not in heard.text()


async def test_machines_that_prove_themselves_are_said_and_those_that_do_not(
    heard: Heard, database: Database, ana: Member
) -> None:
    assert ana.caller.agency_id is not None
    boss = Caller(id=uuid4(), agency_id=ana.caller.agency_id, roles=frozenset({Role.administrator}))
    machine = await a_machine(database, boss)
    # this process is reached at its own port
    proof = replace(machine, audience=f"{heard.caller.base_url}/oauth/token").proof()
    answer = heard.caller.post("/oauth/token", data=form(proof))
    assert answer.status_code == 200, answer.text
    heard.caller.post("/oauth/token", data=form(proof))
    (given,) = heard.events("token given")
    assert (given["key"], given["scopes"]) == (machine.client_id, ["directory.read"])
    (refused,) = heard.events("refused")
    assert (refused["route"], refused["kind"], refused["reason"]) == ("/oauth/token", "token-refused", "invalid_client")
    for secret in (proof, answer.json()["access_token"]):
        assert secret not in heard.text()


def test_what_cannot_be_used_is_said_by_its_kind(heard: Heard) -> None:
    heard.caller.get("/api/v1/search", params={"lat": "39.739236x", "street_of_canary": "12 Canary Street"})
    (event,) = heard.events("refused")
    assert (event["status"], event["kind"]) == (422, "invalid-request")
    assert set(event["reason"]) == {"extra_forbidden", "float_parsing"}
    assert "anary" not in heard.text()


async def test_no_line_holds_the_secret_of_a_link(heard: Heard, database: Database) -> None:
    token = await invited(database, await an_agency(database), "bob@example.org", Role.responder, now=clock.now())
    path = f"/invitation/{token}"
    heard.caller.get(path)
    heard.caller.post(path, data={"name": "Bob", "password": "short"}, headers=OURS)
    heard.caller.post(path, data={"name": "Bob", "password": PASSWORD}, headers=OURS)
    heard.caller.get(path)
    (came,) = heard.events("signed in")
    assert (came["by"], came["route"]) == ("invitation", "/invitation/{token}")
    for secret in (token, "bob@example.org", "Bob", PASSWORD):
        assert secret not in heard.text()


def test_what_is_typed_makes_no_line_of_its_own(heard: Heard, ana: Member) -> None:
    forged = '\n{"event": "signed in", "person": "canary"}\r\n\x1b[2J\u2028'
    shown = heard.signed_in(ana.email)
    heard.caller.get("/api/v1/search", params={"q": forged, forged: forged})
    heard.caller.post("/sign-in", data={"email": forged, "password": forged, forged: forged}, headers=OURS)
    heard.caller.post("/account/agency", data={"agency": forged}, headers=shown)
    heard.caller.post("/graphql", json={"query": forged, "operationName": forged}, headers=shown)
    making = 'mutation($s: [String!]!) { makeKey(name: "x", scopes: $s) { secret } }'
    heard.caller.post("/graphql", json={"query": making, "variables": {"s": [forged]}}, headers=shown)
    heard.caller.get("/api/v1/me", headers={"authorization": "Bearer dlk_canary", "user-agent": "canary"})
    assert len(heard.events("signed in")) == 1
    assert "canary" not in heard.text()
    assert "\x1b" not in heard.text()
    assert all(line.startswith("{") for line in heard.text().splitlines())


def test_who_asks_too_much_is_said_once_a_second_and_counted(
    clone: Cluster, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORLIGHT_KEYS", RING.written())
    monkeypatch.setenv("DOORLIGHT_RATES", "sign_in=3/minute")
    said = tmp_path / "said"
    with (
        serving(clone.service_dsn, said, DOORLIGHT_LOG_LEVEL="debug") as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as caller,
    ):
        form = {"email": "nobody@example.org", "password": WRONG}
        begun = time.monotonic()
        answers = [caller.post("/sign-in", data=form, headers=OURS).status_code for _ in range(40)]
        took = time.monotonic() - begun
        lines = Heard(caller, said.read_text).events("held back")
    assert answers == [401] * 3 + [429] * 37
    assert lines[0].items() >= {"status": 429, "kind": "too-many-requests", "many": 1}.items()
    assert len(lines) <= took + 1
