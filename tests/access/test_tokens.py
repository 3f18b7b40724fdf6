"""Tokens for machines by `private_key_jwt`: what is given for a proof, and that nothing is for a forged one."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import text

from core import access, clock
from core.access.errors import BadAddress, BadKeys, NoSuchClient, NotAllowed
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.builders import an_agency
from tests.access.forging import Machine, b64, ecdsa, form, hs256, part, rsa, token
from tests.builders import NOON
from tests.conftest import Counted

pytestmark = pytest.mark.security

TOKEN_URL = "http://127.0.0.1:8000/oauth/token"  # the settings' own address, whatever a request says
FORM = {"content-type": "application/x-www-form-urlencoded"}
RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
YEAR = timedelta(days=365)


def public(*keys: ECKey | RSAKey) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def boss_of(agency: UUID) -> Caller:
    return Caller(id=uuid4(), agency_id=agency, roles=frozenset({Role.administrator}))


async def a_machine(database: Database, boss: Caller, *, kid: str = "ec", scopes: tuple[str, ...] = ()) -> Machine:
    key = ECKey.generate_key("P-384", parameters={"kid": kid})
    async with database.transaction(boss) as db:
        made = await access.register_client(
            db, boss, name="Dispatch", scopes=scopes or ("directory.read", "capacity.write"), jwks=public(key, RSA),
            lasts=YEAR, now=clock.now(),
        )  # fmt: skip
    return Machine(str(made.id), key, TOKEN_URL, clock.now())


async def ask(client: AsyncClient, fields: dict[str, str]) -> Response:
    return await client.post("/oauth/token", data=fields)


@pytest.fixture
async def boss(database: Database) -> Caller:
    return boss_of(await an_agency(database))


async def test_a_proof_gets_a_token_and_the_token_acts_for_the_agency(
    client: AsyncClient, database: Database, boss: Caller
) -> None:
    machine = await a_machine(database, boss, scopes=("accounts.read", "directory.read"))
    answer = await ask(client, form(machine.proof(), scope="accounts.read"))
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert {"token_type": "bearer", "expires_in": 300, "scope": "accounts.read"}.items() <= said.items()
    assert answer.headers["cache-control"] == "no-store"
    me = (await client.get("/api/v1/me", headers={"authorization": f"Bearer {said['access_token']}"})).json()
    assert (me["key_id"], me["scopes"], me["agency"]["id"]) == (
        machine.client_id, ["accounts.read"], str(boss.agency_id),
    )  # fmt: skip


async def test_rs384_is_taken_as_es384_is(client: AsyncClient, database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    proof = token(machine.head(alg="RS384", kid="rsa"), machine.claims(), rsa(RSA))
    assert (await ask(client, form(proof))).status_code == 200


@pytest.mark.parametrize(
    ("asked", "given"),
    [("directory.read capacity.write", "capacity.write directory.read"), ("accounts.read", None), ("", None),
     ("directory.read accounts.read", "directory.read"), ("directory.read directory.read", "directory.read"),
     ("DIRECTORY.READ", None)],
)  # fmt: skip
async def test_scopes_are_those_that_were_registered(
    client: AsyncClient, database: Database, boss: Caller, asked: str, given: str | None
) -> None:
    machine = await a_machine(database, boss)
    answer = await ask(client, form(machine.proof(), scope=asked))
    if given is None:
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})
    else:
        assert answer.json()["scope"] == given


async def test_of_many_that_show_the_same_proof_at_once_one_gets_a_token(
    client: AsyncClient, database: Database, boss: Caller
) -> None:
    machine = await a_machine(database, boss)
    proof = machine.proof()
    answers = await asyncio.gather(*(ask(client, form(proof)) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 7]


async def test_the_documents_say_where_and_how(client: AsyncClient) -> None:
    for name in ("smart-configuration", "oauth-authorization-server"):
        said = (await client.get(f"/.well-known/{name}")).json()
        assert said["token_endpoint"] == TOKEN_URL
        assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        assert said["token_endpoint_auth_signing_alg_values_supported"] == ["ES384", "RS384"]


async def test_neither_token_nor_proof_is_kept(client: AsyncClient, database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    claims = machine.claims()
    given = (await ask(client, form(token(machine.head(), claims, ecdsa(machine.key))))).json()
    async with database.transaction(SYSTEM) as db:
        rows = [
            str(row)
            for table in ("access_token", "assertion_seen", "client", "audit_entry")
            for row in await db.execute(text(f"SELECT t::text FROM {table} AS t"))
        ]
    assert len(rows) >= 4
    assert not any(given["access_token"].removeprefix("dla_") in row or claims["jti"] in row for row in rows)


async def test_what_has_run_out_is_forgotten(database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    for later in (timedelta(0), timedelta(minutes=1), timedelta(minutes=9)):
        now = clock.now() + later
        machine.now = now
        signed = access.read_signed(machine.proof())
        async with database.transaction(SYSTEM) as db:
            known = await access.client_to_prove(db, assertion=signed, now=now)
            proven = access.prove(
                signed, known.keys, client_id=known.id, audience=TOKEN_URL, jwks_uri=known.jwks_uri, now=now
            )
            await access.grant_token(db, client_id=known.id, proven=proven, scopes=["directory.read"], now=now)
    async with database.transaction(SYSTEM) as db:
        for table in ("access_token", "assertion_seen"):
            assert await db.scalar(text(f"SELECT count(*) FROM {table}")) == 1


async def test_keys_are_replaced_with_a_week_in_which_both_open(database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    new = ECKey.generate_key("P-384", parameters={"kid": "next"})
    now = clock.now()
    async with database.transaction(boss) as db:
        shown = await access.replace_client_keys(db, boss, client_id=UUID(machine.client_id), jwks=public(new), now=now)
    assert [(key.kid, key.ends_at) for key in shown.keys] == [
        ("ec", now + timedelta(days=7)), ("rsa", now + timedelta(days=7)), ("next", None),
    ]  # fmt: skip
    signed = access.read_signed(machine.proof())
    for at, kids in ((now + timedelta(days=6), 3), (now + timedelta(days=7), 1)):
        async with database.transaction(SYSTEM) as db:
            known = await access.client_to_prove(db, assertion=signed, now=at)
        assert len(known.keys) == kids


async def test_a_kid_means_one_key_for_good(database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    other = ECKey.generate_key("P-384", parameters={"kid": "ec"})
    with pytest.raises(BadKeys):
        async with database.transaction(boss) as db:
            await access.replace_client_keys(
                db, boss, client_id=UUID(machine.client_id), jwks=public(other), now=clock.now()
            )


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([ECKey.generate_key("P-384", parameters={"kid": "1"}).as_dict(private=True)], "private"),
        ([RSA.as_dict(private=True)], "private"),
        ([OctKey.generate_key(256, parameters={"kid": "1"}).as_dict(private=True)], "symmetric"),
        ([RSA.as_dict(private=False) | {"n": b64(b"\xff" * 128)}], "weak"),
        ([RSA.as_dict(private=False) | {"n": b64(b"\0" * 128 + b"\xff" * 128)}], "weak"),
        ([RSA.as_dict(private=False) | {"n": b64(b"\xff" * 4096)}], "weak"),
        ([RSA.as_dict(private=False) | {"e": "Aw"}], "weak"),
        ([ECKey.generate_key("P-256", parameters={"kid": "1"}).as_dict(private=False)], "curve"),
        ([ECKey.generate_key("P-384", parameters={"kid": "1"}).as_dict(private=False) | {"x": "AAAA"}], "weak"),
        ([ECKey.generate_key("P-384").as_dict(private=False) | {"kid": ""}], "no_kid"),
        ([RSA.as_dict(private=False) | {"alg": "RS256"}], "kind"),
        ([RSA.as_dict(private=False) | {"use": "enc"}], "use"),
        ([RSA.as_dict(private=False)] * 2, "same_kid"),
        ([], "no_set"), ("keys", "no_set"), ([7], "no_key"), ([{"kty": "OKP", "kid": "1"}], "kind"),
        ([{"kty": ["RSA"], "kid": "1"}], "kind"),
    ],
)  # fmt: skip
async def test_a_key_that_should_not_be_registered_is_refused(
    database: Database, boss: Caller, keys: Any, code: str
) -> None:
    with pytest.raises(BadKeys) as refused:
        async with database.transaction(boss) as db:
            await access.register_client(
                db, boss, name="C", scopes=["directory.read"], jwks={"keys": keys}, lasts=YEAR, now=NOON
            )
    assert refused.value.facts["code"] == code


@pytest.mark.parametrize(
    "given",
    [{}, {"jwks": public(RSA), "jwks_uri": "https://keys.example.org/jwks"}, {"jwks_uri": "http://keys.example.org/"},
     {"jwks_uri": "https://a:b@keys.example.org/"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": "https://x/#y"}],
)  # fmt: skip
async def test_keys_are_here_or_at_an_address_of_their_own(
    client: AsyncClient, database: Database, boss: Caller, given: dict[str, Any]
) -> None:
    with pytest.raises((BadKeys, BadAddress)):
        async with database.transaction(boss) as db:
            await access.register_client(db, boss, name="C", scopes=["directory.read"], lasts=YEAR, now=NOON, **given)


async def test_clients_are_an_administrators_of_that_agency(database: Database, boss: Caller) -> None:
    machine = await a_machine(database, boss)
    foreign = boss_of(await an_agency(database, "Foreign"))
    async with database.transaction(foreign) as db:
        assert await access.clients(db, foreign) == []
    for client_id in (UUID(machine.client_id), uuid4()):
        with pytest.raises(NoSuchClient):
            async with database.transaction(foreign) as db:
                await access.end_client(db, foreign, client_id=client_id, now=NOON)
    staff = Caller(id=uuid4(), agency_id=boss.agency_id, roles=frozenset({Role.responder}))
    with pytest.raises(NotAllowed):
        async with database.transaction(staff) as db:
            await access.clients(db, staff)


@dataclass
class Scene:
    """Machines of all kinds; `one` is in order."""

    one: Machine
    other: Machine
    ended: Machine
    of_ended_agency: Machine
    used: str


Forged = Callable[[Scene], dict[str, str]]
_STRANGER = ECKey.generate_key("P-384", parameters={"kid": "ec"})
_P256 = ECKey.generate_key("P-256", parameters={"kid": "ec"})


def _proof(scene: Scene, **claims: Any) -> dict[str, str]:
    return form(scene.one.proof(**claims))


def _header(scene: Scene, **head: Any) -> dict[str, str]:
    return form(scene.one.proof(head=head))


def _raw(scene: Scene, head: str | dict[str, Any] | None = None, claims: str | dict[str, Any] | None = None) -> Any:
    return form(token(head or scene.one.head(), claims or scene.one.claims(), ecdsa(scene.one.key)))


def _cut(proof: str, change: Callable[[str], str]) -> dict[str, str]:
    return form(proof.rpartition(".")[0] + "." + change(proof.rpartition(".")[2]))


def _soon(scene: Scene, seconds: float) -> float:
    return scene.one.now.timestamp() + seconds


def _pem(scene: Scene) -> bytes:
    return scene.one.key.as_pem(private=False)


FORGERIES: dict[str, Forged] = {
    "alg none, no signature": lambda s: form(f"{part(s.one.head(alg='none'))}.{part(s.one.claims())}."),
    "alg none, some signature": lambda s: form(token(s.one.head(alg="none"), s.one.claims(), ecdsa(s.one.key))),
    "alg None": lambda s: form(token(s.one.head(alg="None"), s.one.claims(), lambda _: b"x")),
    "alg a list": lambda s: _header(s, alg=["ES384"]),
    "no alg": lambda s: _header(s, alg=None),
    "HS256 with the public key as PEM": lambda s: form(token(s.one.head(alg="HS256"), s.one.claims(), hs256(_pem(s)))),
    "HS256 with the public key as JWK": lambda s: form(
        token(s.one.head(alg="HS256"), s.one.claims(), hs256(json.dumps(s.one.key.as_dict(private=False)).encode()))
    ),
    "HS256 with nothing": lambda s: form(token(s.one.head(alg="HS256"), s.one.claims(), hs256(b""))),
    "RS256": lambda s: form(token(s.one.head(alg="RS256", kid="rsa"), s.one.claims(), rsa(RSA, "256"))),
    "PS384": lambda s: form(token(s.one.head(alg="PS384", kid="rsa"), s.one.claims(), rsa(RSA, pss=True))),
    "ES256": lambda s: form(token(s.one.head(alg="ES256"), s.one.claims(), ecdsa(_P256, "256"))),
    "ES384 said, RSA signed": lambda s: form(token(s.one.head(kid="rsa"), s.one.claims(), rsa(RSA))),
    "RS384 said, ES384 signed": lambda s: _header(s, alg="RS384"),
    "other audience": lambda s: _proof(s, aud="https://elsewhere.example.org/oauth/token"),
    "audience with a slash": lambda s: _proof(s, aud=TOKEN_URL + "/"),
    "audience without path": lambda s: _proof(s, aud=TOKEN_URL.removesuffix("/oauth/token")),
    "audience in capitals": lambda s: _proof(s, aud=TOKEN_URL.upper()),
    "audience of Host": lambda s: _proof(s, aud="http://doorlight.test/oauth/token"),
    "audience ours among others": lambda s: _proof(s, aud=["https://elsewhere.example.org", TOKEN_URL]),
    "no audience": lambda s: _proof(s, aud=None),
    "expired": lambda s: _proof(s, exp=_soon(s, -1)),
    "expires at once": lambda s: _proof(s, exp=_soon(s, 0)),
    "expires too late": lambda s: _proof(s, exp=_soon(s, 360)),
    "never expires": lambda s: _proof(s, exp=None),
    "exp as text": lambda s: _proof(s, exp=str(int(_soon(s, 60)))),
    "exp true": lambda s: _proof(s, exp=True),
    "exp endless": lambda s: _raw(s, claims=json.dumps(s.one.claims()).replace('"exp": ', '"exp": 1e999, "x": ')),
    "exp not a number": lambda s: _raw(s, claims=json.dumps(s.one.claims()).replace('"exp": ', '"exp": NaN, "x": ')),
    "not yet valid": lambda s: _proof(s, nbf=_soon(s, 60)),
    "made in the future": lambda s: _proof(s, iat=_soon(s, 60)),
    "no jti": lambda s: _proof(s, jti=None),
    "jti empty": lambda s: _proof(s, jti=""),
    "jti a number": lambda s: _proof(s, jti=7),
    "jti endless": lambda s: _proof(s, jti="j" * 300),
    "jti shown before": lambda s: form(s.used),
    "other client's key": lambda s: form(token(s.one.head(), s.one.claims(), ecdsa(s.other.key))),
    "other client's kid and key": lambda s: form(
        token(s.one.head(kid=s.other.key.kid), s.one.claims(), ecdsa(s.other.key))
    ),
    "other client's id": lambda s: form(token(s.one.head(), s.one.claims(iss=s.other.client_id), ecdsa(s.one.key))),
    "other client in both": lambda s: form(
        token(s.one.head(), s.one.claims(iss=s.other.client_id, sub=s.other.client_id), ecdsa(s.one.key))
    ),
    "unknown client": lambda s: _proof(s, iss=str(uuid4())),
    "stranger's key under a known kid": lambda s: form(token(s.one.head(), s.one.claims(), ecdsa(_STRANGER))),
    "unknown kid": lambda s: _header(s, kid="another"),
    "no kid": lambda s: _header(s, kid=None),
    "kid a path": lambda s: _header(s, kid="../../dev/null"),
    "kid SQL": lambda s: _header(s, kid="ec' OR '1'='1"),
    "jku": lambda s: _header(s, jku="https://evil.example.org/jwks.json"),
    "x5u": lambda s: _header(s, x5u="https://evil.example.org/cert.pem"),
    "x5c": lambda s: _header(s, x5c=["MIIB"]),
    "jwk of a stranger": lambda s: form(
        token(s.one.head(jwk=_STRANGER.as_dict(private=False)), s.one.claims(), ecdsa(_STRANGER))
    ),
    "crit unknown": lambda s: _header(s, crit=["exp"], exp=1),
    "crit empty": lambda s: _header(s, crit=[]),
    "b64 false": lambda s: _header(s, b64=False, crit=["b64"]),
    "zip": lambda s: _header(s, zip="DEF"),
    "claims twice": lambda s: _raw(s, claims=json.dumps(s.one.claims()).replace("{", f'{{"aud": "{TOKEN_URL}", ', 1)),
    "header twice": lambda s: _raw(s, head=json.dumps(s.one.head()).replace("{", '{"alg": "none", ', 1)),
    "iss is not sub": lambda s: _proof(s, sub=s.other.client_id),
    "no sub": lambda s: _proof(s, sub=None),
    "typ of an access token": lambda s: _header(s, typ="at+jwt"),
    "typ of an event": lambda s: _header(s, typ="secevent+jwt"),
    "signature cut": lambda s: _cut(s.one.proof(), lambda sig: sig[:-4]),
    "signature empty": lambda s: _cut(s.one.proof(), lambda _: ""),
    "signature of zeros": lambda s: form(token(s.one.head(), s.one.claims(), lambda _: bytes(96))),
    "signature with s zero": lambda s: form(
        token(s.one.head(), s.one.claims(), lambda data: ecdsa(s.one.key)(data)[:48] + bytes(48))
    ),
    "signature r and s swapped": lambda s: form(
        token(s.one.head(), s.one.claims(), lambda data: ecdsa(s.one.key)(data)[48:] + ecdsa(s.one.key)(data)[:48])
    ),
    "signature longer": lambda s: form(token(s.one.head(), s.one.claims(), lambda d: ecdsa(s.one.key)(d) + b"\0")),
    "signature as r and s of other lengths": lambda s: form(
        token(s.one.head(), s.one.claims(), lambda data: b"\0" + ecdsa(s.one.key)(data)[:95])
    ),
    "signature of other claims": lambda s: form(
        f"{part(s.one.head())}.{part(s.one.claims())}.{s.one.proof().rpartition('.')[2]}"
    ),
    "signature padded": lambda s: _cut(s.one.proof(), lambda sig: sig + "="),
    "nested, encrypted": lambda _: form(".".join([part({"alg": "dir", "enc": "A256GCM"}), "", *["AAAA"] * 3])),
    "JSON form": lambda s: form(json.dumps({"payload": part(s.one.claims()), "signatures": []})),
    "empty": lambda _: form(""),
    "dots": lambda _: form(".."),
    "claims a list": lambda s: _raw(s, claims="[]"),
    "claims nested too deep": lambda s: _raw(s, claims="[" * 3000 + "]" * 3000),
    "huge": lambda s: _proof(s, more="x" * 8_200),
    "lookalike in the client id": lambda s: _proof(
        s, iss=s.one.client_id.replace("-", "\u2010", 1), sub=s.one.client_id.replace("-", "\u2010", 1)
    ),
    "client id in capitals": lambda s: _proof(s, iss=s.one.client_id.upper(), sub=s.one.client_id.upper()),
    "client id in braces": lambda s: _proof(s, iss=f"{{{s.one.client_id}}}", sub=f"{{{s.one.client_id}}}"),
    "client id a list": lambda s: _proof(s, iss=[s.one.client_id], sub=[s.one.client_id]),
    "ended client": lambda s: form(s.ended.proof()),
    "client of an ended agency": lambda s: form(s.of_ended_agency.proof()),
    "other kind of proof": lambda s: form(
        s.one.proof(), client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
    ),
    "other client_id beside": lambda s: form(s.one.proof(), client_id=s.other.client_id),
    "client_secret beside": lambda s: form(s.one.proof(), client_secret="secret"),
    "other grant": lambda s: form(s.one.proof(), grant_type="authorization_code"),
}


@pytest.fixture
async def scene(client: AsyncClient, database: Database, boss: Caller) -> Scene:
    away = boss_of(await an_agency(database, "Away"))
    made = Scene(
        one=await a_machine(database, boss), other=await a_machine(database, boss, kid="other"),
        ended=await a_machine(database, boss), of_ended_agency=await a_machine(database, away), used="",
    )  # fmt: skip
    async with database.transaction(boss) as db:
        await access.end_client(db, boss, client_id=UUID(made.ended.client_id), now=clock.now())
    async with database.transaction(SYSTEM) as db:
        await db.execute(text("UPDATE agency SET ended_at = now() WHERE id = :id"), {"id": away.agency_id})
    made.used = made.one.proof()
    assert (await ask(client, form(made.used))).status_code == 200
    return made


async def test_every_forged_proof_is_refused_and_told_a_word(
    client: AsyncClient, database: Database, scene: Scene, counted: Counted
) -> None:
    untouched = (_proof(scene), _header(scene), _raw(scene), _cut(scene.one.proof(), lambda sig: sig))
    assert [(await ask(client, one)).status_code for one in untouched] == [200] * 4, "in order as they are"
    through = []
    for name, forged in FORGERIES.items():
        answer = await ask(client, forged(scene))
        known = {"invalid_client": 401, "invalid_request": 400, "unsupported_grant_type": 400}
        if known.get(answer.json().get("error")) != answer.status_code or len(answer.json()) != 1:
            through.append((name, answer.status_code, answer.text))
    assert through == []
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM access_token")) == 5
        assert await db.scalar(text("SELECT count(*) FROM assertion_seen")) == 5, "nothing is used up by a forgery"
    assert (await ask(client, form(scene.one.proof()))).status_code == 200, "and what is in order still works"
    counted("forged proofs of machines refused", len(FORGERIES))
    assert len(FORGERIES) >= 30


SENT: dict[str, tuple[dict[str, str], str]] = {
    "two proofs": (FORM, "{form}&client_assertion={proof}"),
    "two grants": (FORM, "{form}&grant_type=client_credentials"),
    "two scopes": (FORM, "{form}&scope=directory.read"),
    "a key beside": (FORM | {"authorization": "Basic YTpi"}, "{form}"),
    "as JSON": ({"content-type": "application/json"}, "{form}"),
    "no type": ({}, "{form}"),
    "too much": (FORM, "{form}&more=" + "x" * 30_000),
    "many fields": (FORM, "{form}" + "&a=b" * 100),
    "nothing": (FORM, ""),
}


@pytest.mark.parametrize("name", SENT)
async def test_a_request_that_can_be_understood_in_two_ways_is_refused(
    client: AsyncClient, scene: Scene, name: str
) -> None:
    headers, body = SENT[name]
    proof = scene.one.proof()
    content = body.format(form=urlencode(form(proof)), proof=proof)
    answer = await client.post("/oauth/token", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert (await client.post("/oauth/token?scope=x", data=form(proof))).status_code == 400


async def _whose(database: Database, bearer: str, later: timedelta = timedelta(0)) -> Caller | None:
    async with database.transaction(SYSTEM) as db:
        return await access.machine_of(db, text=bearer, now=clock.now() + later)


async def test_a_token_that_is_not_quite_right_opens_nothing(
    client: AsyncClient, database: Database, scene: Scene, counted: Counted
) -> None:
    bearer = (await ask(client, form(scene.one.proof()))).json()["access_token"]
    assert await _whose(database, bearer) is not None
    changed = [bearer[:n] + ("A" if bearer[n] != "A" else "B") + bearer[n + 1 :] for n in range(len(bearer))]
    wrong = [
        *changed,
        bearer[:-1],
        bearer + "A",
        bearer.removeprefix("dla_"),
        bearer.upper(),
        scene.one.proof(),
        "dla_",
    ]
    assert [one for one in wrong if await _whose(database, one) is not None] == []
    counted("changed tokens refused", len(wrong))


async def test_a_token_ends_by_itself_and_with_its_client(
    client: AsyncClient, database: Database, scene: Scene, boss: Caller
) -> None:
    bearer = (await ask(client, form(scene.one.proof()))).json()["access_token"]
    assert await _whose(database, bearer, timedelta(minutes=4)) is not None
    assert await _whose(database, bearer, timedelta(minutes=5)) is None
    async with database.transaction(boss) as db:
        await access.end_client(db, boss, client_id=UUID(scene.one.client_id), now=clock.now())
    assert await _whose(database, bearer) is None
    answer = await client.get("/api/v1/me", headers={"authorization": f"Bearer {bearer}"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "invalid")


async def test_a_token_ends_with_its_agency(
    client: AsyncClient, database: Database, scene: Scene, boss: Caller
) -> None:
    bearer = (await ask(client, form(scene.one.proof()))).json()["access_token"]
    async with database.transaction(SYSTEM) as db:
        await db.execute(text("UPDATE agency SET ended_at = now() WHERE id = :id"), {"id": boss.agency_id})
    assert await _whose(database, bearer) is None
