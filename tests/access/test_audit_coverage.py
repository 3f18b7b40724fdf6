"""Whatever shows or changes person data writes its line into the audit, and first: every operation and every verb."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import psycopg
import pyotp
import pytest
from httpx import AsyncClient
from joserfc.jwk import ECKey
from sqlalchemy import text

from core import access, clock, letters
from core.cluster import Database as Cluster
from core.db import Database
from core.letters import Channel, Kind
from core.security import SYSTEM, Role
from tests.access.builders import PASSWORD, RING, a_member, an_agency, invited
from tests.access.operations import FIELDS, MATRIX, PUBLIC, Town
from tests.access.test_matrix import _ask, _prepared, _verdict, town  # noqa: F401 - a fixture
from tests.access.test_nets import PUBLIC_KEY
from tests.builders import NOON
from tests.conftest import Counted
from tests.letters.builders import KEYS, PARTS, Sink
from tests.statements import heard

pytestmark = pytest.mark.security
OTHER = "another lantern by the gate"
OTHER_KEY = ECKey.generate_key("P-384", parameters={"kid": "2"}).as_dict(private=False)


async def _written(database: Database) -> int:
    async with database.transaction(SYSTEM) as db:
        return int(await db.scalar(text("SELECT coalesce(max(id), 0) FROM audit_entry")) or 0)


async def _since(database: Database, before: int) -> list[tuple[str, str]]:
    async with database.transaction(SYSTEM) as db:
        asked = text('SELECT DISTINCT act, "table" FROM audit_entry WHERE id > :before ORDER BY 1, 2')
        return [(act, table) for act, table in await db.execute(asked, {"before": before})]


async def test_every_operation_of_rest_and_graphql_is_audited_or_says_why_not(
    client: AsyncClient,
    database: Database,
    town: Town,  # noqa: F811 - the fixture
    counted: Counted,
) -> None:
    private = {key: row for key, row in MATRIX.items() if PUBLIC not in row.who}
    missing: list[object] = []
    audited = 0
    for key, row in private.items():
        who = next(iter(sorted(row.who, key=lambda one: one != Role.administrator)))
        ids = await _prepared(client, town, row, who, "own")
        queries = [field[0] % ids for field in FIELDS.values() if field is not None and field[1] == key]
        for query in (*queries, None):  # what ends something is asked last, by REST
            before = await _written(database)
            if query is None:
                assert (await _ask(client, town, who, key, "own")).status_code in (_verdict(row, who, "own"), 404, 409)
            else:
                await client.post("/graphql", json={"query": query}, headers=town.shown[who])
            found = await _since(database, before)
            audited += bool(found)
            if not found and not row.silent and not (query is None and queries and row.of):
                missing.append((key, query))
    assert missing == [], "record it, or say in its row why nothing is"
    silent = [key for key, row in private.items() if row.silent]
    counted("audit: operations on person data, every one written down", len(private) - len(silent))
    counted("audit: operations that show nothing of a person, and say why", len(silent))
    assert audited >= len(private) - len(silent)


# Verbs of the front doors that write nothing, and why.
SILENT = {
    "agencies": "agencies are no persons",
    "belongs": "answers yes or no",
    "create_agency": "the same",
    "keys": "names of machines",
    "me": "one's own id and roles, and nobody's name",
    "opens": "answers yes or no",
    "start_totp": "nothing is kept before it is confirmed",
    "openings": "who looked, by their id; that they did is written",
    "standing_glass": "the look itself is written",
    "clients": "machines, by their names",
    "providers": "an agency's own, without secrets",
    "provider_known": "the same",
    "offered": "the same, for whoever wants to sign in",
    "names_of": "agencies are no persons",
    "leave": "nobody is known yet",
    "come_back": "the same",
    "client_to_prove": "finds out which machine asks",
    "grant_token": "a machine's; when it last got one is noted with it",
    "sign_in_by_provider": "what it writes is `open_for`'s, and a link's the first time: tests/access/elsewhere",
    "caller_of": "finds out who asks; what they then do is written",
    "machine_of": "the same",
    "act_for_agency": "goes on for another of one's agencies",
    "held": "ids and kinds of letters",
    "failed": "ids of letters",
    "hold_all": "the same",
    "release": "the same",
}
Step = tuple[str, Callable[[], Awaitable[Any]], tuple[str, str]]


async def test_every_verb_of_accounts_and_letters_is_audited_or_says_why_not(
    database: Database, counted: Counted
) -> None:
    agency = await an_agency(database)
    bea = await a_member(database, agency, Role.administrator, name="Bea", password=PASSWORD)
    ana = await a_member(database, agency, name="Ana", password=PASSWORD)
    token = await invited(database, agency, "new@example.org", Role.responder)
    other = await an_agency(database, "Other")
    await a_member(database, other, Role.administrator, name="Boss")
    kept: dict[str, Any] = {}

    def by(caller: Any, verb: Callable[..., Awaitable[Any]], **values: Any) -> Callable[[], Awaitable[Any]]:
        async def act() -> Any:
            async with database.transaction(caller) as db:
                given = [] if caller is SYSTEM and "caller" not in inspect.signature(verb).parameters else [caller]
                kept[verb.__name__] = await verb(
                    db, *given, **{k: v() if callable(v) else v for k, v in values.items()}
                )

        return act

    at = {"ring": RING, "now": NOON}
    async with database.transaction(ana.caller) as db:
        kept["started"] = await access.start_totp(db, ana.caller, password=PASSWORD, code="", ring=RING, now=NOON)
    steps: list[Step] = [
        ("people", by(bea.caller, access.people, **at), ("read", "person")),
        ("invite", by(bea.caller, access.invite, agency_id=agency, email="x@example.org", role=Role.steward, **at),
         ("write", "invitation")),
        ("look_at_invitation", by(SYSTEM, access.look_at_invitation, token=token, **at), ("read", "invitation")),
        ("accept_invitation", by(SYSTEM, access.accept_invitation, token=token, name="New", **at), ("write", "person")),
        ("set_password", by(SYSTEM, access.set_password, person_id=ana.caller.id, password=PASSWORD, now=NOON),
         ("write", "local_account")),
        ("sign_in", by(SYSTEM, access.sign_in, email=ana.email, password=PASSWORD, code="", shared=False, **at),
         ("sign_in", "sign_in")),
        ("open_for", by(SYSTEM, access.open_for, person_id=ana.caller.id, agency_id=agency, shared=False, now=NOON),
         ("sign_in", "sign_in")),
        ("sign_out", by(SYSTEM, access.sign_out, token=lambda: kept["open_for"].token, now=NOON),
         ("sign_out", "sign_in")),
        ("change_password", by(ana.caller, access.change_password, token="", password=PASSWORD, code="", new=OTHER,
                               **at), ("write", "local_account")),
        ("confirm_totp", by(ana.caller, access.confirm_totp, **at, sealed=lambda: kept["started"].sealed,
                            code=lambda: pyotp.TOTP(kept["started"].secret).at(NOON)),
         ("write", "local_account")),
        ("own_address", by(ana.caller, access.own_address, **at), ("read", "person")),
        ("sign_ins", by(ana.caller, access.sign_ins, token="", now=NOON), ("read", "sign_in")),
        ("end_sign_in", by(bea.caller, access.end_sign_in, sign_in_id=uuid4(), password=PASSWORD, code="", **at),
         ("sign_out", "sign_in")),
        ("sign_out_person", by(SYSTEM, access.sign_out_person, email=ana.email, **at), ("sign_out", "sign_in")),
        ("register_client", by(bea.caller, access.register_client, name="C", scopes=["accounts.read"],
                               jwks={"keys": [PUBLIC_KEY]}, lasts=NOON.replace(year=2027) - NOON, now=NOON),
         ("write", "client")),
        ("replace_client_keys", by(bea.caller, access.replace_client_keys, now=NOON,
                                   client_id=lambda: kept["register_client"].id, jwks={"keys": [OTHER_KEY]}),
         ("write", "client_key")),
        ("end_client", by(bea.caller, access.end_client, client_id=lambda: kept["register_client"].id, now=NOON),
         ("write", "client")),
        ("make_provider", by(bea.caller, access.make_provider, agency_id=agency, issuer="https://login.example.org",
                             client_id="doorlight", client_secret="a secret", domains=["example.org"], **at),
         ("write", "identity_provider")),
        ("end_provider", by(bea.caller, access.end_provider, provider_id=lambda: kept["make_provider"].id, now=NOON),
         ("write", "identity_provider")),
        ("break_glass", by(bea.caller, access.break_glass, agency_id=other, reason="A person is missing", minutes=30,
                           link="https://doorlight.test/account", until="noon", language="en", **at),
         ("break_glass", "break_glass")),
        ("glass_people", by(bea.caller, access.glass_people, break_glass_id=lambda: kept["break_glass"].id, **at),
         ("read", "person")),
        ("end_glass", by(bea.caller, access.end_glass, break_glass_id=lambda: kept["break_glass"].id, now=NOON),
         ("end", "break_glass")),
        ("tell", by(bea.caller, access.tell, role=Role.administrator, agency_id=agency, kind=Kind.invitation,
                    parts=PARTS, language="en", **at), ("write_to", "person")),
        ("sign_out_everywhere", by(ana.caller, access.sign_out_everywhere, now=NOON), ("sign_out", "sign_in")),
        ("sign_everybody_out", by(SYSTEM, access.sign_everybody_out, now=NOON), ("sign_out", "sign_in")),
        ("make_key", by(bea.caller, access.make_key, name="K", scopes=["accounts.read"], now=NOON,
                        lasts=NOON.replace(year=2027) - NOON), ("write", "api_key")),
        ("rotate_key", by(bea.caller, access.rotate_key, key_id=lambda: kept["make_key"].key.id, now=NOON),
         ("write", "api_key")),
        ("end_key", by(bea.caller, access.end_key, key_id=lambda: kept["make_key"].key.id, now=NOON),
         ("write", "api_key")),
        ("hold", by(bea.caller, access.hold, agency_id=agency, person_id=None, reason="26-1187", **at),
         ("write", "legal_hold")),
        ("holds", by(bea.caller, access.holds, **at), ("read", "legal_hold")),
        ("end_hold", by(bea.caller, access.end_hold, hold_id=lambda: kept["hold"].id, **at), ("write", "legal_hold")),
        ("end_membership", by(bea.caller, access.end_membership, person_id=ana.caller.id, role=None, now=NOON),
         ("write", "membership")),
        ("end_person", by(SYSTEM, access.end_person, email=ana.email, **at), ("end", "person")),
        ("end_agency", by(SYSTEM, access.end_agency, agency_id=other, now=NOON), ("end", "agency")),
        ("post", by(bea.caller, letters.post, kind=Kind.invitation, to="a@example.org", channel=Channel.mail,
                    language="en", parts=PARTS, **at), ("write", "letter")),
        ("send_due", lambda: letters.send_due(database, keys=KEYS, transports={Channel.mail: Sink()}, now=clock.now),
         ("send", "letter")),
    ]  # fmt: skip
    verbs = {
        name for door in (access, letters) for name in door.__all__ if inspect.iscoroutinefunction(getattr(door, name))
    }
    assert verbs == {name for name, _, _ in steps} | SILENT.keys(), "a new verb is audited, or says here why not"
    unwritten = []
    for name, act, wanted in steps:
        before = await _written(database)
        await act()
        if wanted not in await _since(database, before):
            unwritten.append(name)
    assert unwritten == []
    counted("audit: verbs on person data, every one written down", len(steps))


async def test_a_read_is_written_down_before_anything_is_read(database: Database) -> None:
    agency = await an_agency(database)
    bea = await a_member(database, agency, Role.administrator, name="Bea")
    async with database.transaction(bea.caller) as db, heard(db) as found:
        await access.people(db, bea.caller, ring=RING, now=NOON)
        await access.holds(db, bea.caller, ring=RING, now=NOON)
    said = [str(query) for query, _ in found]
    written = next(n for n, one in enumerate(said) if "INSERT INTO audit_entry" in one)
    shown = next(n for n, one in enumerate(said) if "person.name" in one)
    assert written < shown


async def test_a_read_that_cannot_be_written_down_shows_nothing(database: Database, clone: Cluster) -> None:
    bea = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    seen: list[Any] = []

    async def read() -> None:
        async with database.transaction(bea.caller) as db:
            await db.execute(text("SET LOCAL statement_timeout = '300ms'"))
            seen.extend(await access.people(db, bea.caller, ring=RING, now=NOON))

    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(Exception, match="statement timeout"):
            await read()
    assert seen == []


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO agency (id, name, roles, made_at) VALUES (gen_random_uuid(), 'x', '{}', now())",
     "UPDATE service SET name = 'x'", "DELETE FROM search_row", "CREATE TEMP TABLE x ()", "SELECT nextval('x')"],
)  # fmt: skip
async def test_what_reads_public_data_can_write_nothing(database: Database, statement: str) -> None:
    async with database.reading() as reader:
        if "nextval" in statement:
            name = await (await reader.execute("SELECT pg_get_serial_sequence('audit_entry', 'id')")).fetchone()
            statement = f"SELECT nextval('{name[0] if name else uuid4()}')"
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await reader.execute(statement.encode())
