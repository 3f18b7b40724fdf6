"""Agencies' own accounts: people, invitations, keys."""

from datetime import timedelta
from uuid import uuid4

from core import access, clock
from core.access.rules.roles import Act
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import a_member
from tests.access.operations.shape import KNOWN, MACHINE, Field, Key, Operation, Town, allowed

ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/me"): Operation(
        who=KNOWN, scope="accounts.read", silent="one's own id and roles, and nobody's name"
    ),
    ("GET", "/api/v1/people"): Operation(who=allowed(Act.see_people)),
    ("POST", "/api/v1/people/{person_id}/end"): Operation(
        {}, of="person_id", who=allowed(Act.end_membership), works=204
    ),
    ("POST", "/api/v1/invitations"): Operation(
        {"email": "new@example.org", "role": "provider_staff"}, who=allowed(Act.invite), works=201
    ),
    ("GET", "/api/v1/keys"): Operation(who=allowed(Act.see_keys), silent="names of machines"),
    ("POST", "/api/v1/keys"): Operation(
        {"name": "K", "scopes": ["directory.read"]}, who=allowed(Act.make_key), works=201
    ),
    ("POST", "/api/v1/keys/{key_id}/rotate"): Operation(of="key_id", who=allowed(Act.make_key), works=201),
    ("POST", "/api/v1/keys/{key_id}/end"): Operation(of="key_id", who=allowed(Act.end_key)),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "me"): ("{ me { personId } }", ("GET", "/api/v1/me")),
    ("query", "people"): ("{ people { personId name email } }", ("GET", "/api/v1/people")),
    ("query", "keys"): ("{ keys { id name } }", ("GET", "/api/v1/keys")),
    ("mutation", "endMembership"): (
        'mutation { endMembership(personId: "%(person_id)s") }',
        ("POST", "/api/v1/people/{person_id}/end"),
    ),
    ("mutation", "invite"): (
        'mutation { invite(email: "new@example.org", role: provider_staff) { id email } }',
        ("POST", "/api/v1/invitations"),
    ),
    ("mutation", "makeKey"): (
        'mutation { makeKey(name: "K", scopes: ["directory.read"]) { key { id } } }',
        ("POST", "/api/v1/keys"),
    ),
    ("mutation", "rotateKey"): (
        'mutation { rotateKey(keyId: "%(key_id)s") { key { id } } }',
        ("POST", "/api/v1/keys/{key_id}/rotate"),
    ),
    ("mutation", "endKey"): ('mutation { endKey(keyId: "%(key_id)s") { id } }', ("POST", "/api/v1/keys/{key_id}/end")),
}
PRIVATE = {"Me", "Member", "Key", "Made", "Agency", "Invitation"}
SAID = {"not-signed-in": 401, "not-allowed": 403, "lacks-scope": 403, "no-such-person": 404, "no-such-key": 404}


async def plant(database: Database, town: Town) -> None:
    """Somebody to send away and a key to end in each agency, and a machine of our own."""
    people, keys = {"missing": uuid4()}, {"missing": uuid4()}
    for whose, agency in town.agencies.items():
        target = await a_member(database, agency, Role.evaluator, name=f"{whose}target")
        assert target.caller.id is not None
        people[whose] = target.caller.id
        keys[whose] = (await _a_key(database, town.callers[whose])).key.id
        if whose == "foreign":
            town.secrets += [str(target.caller.id), target.email, str(keys[whose])]
    town.ids |= {"person_id": people, "key_id": keys}
    town.shown[MACHINE] = {"authorization": f"Bearer {(await _a_key(database, town.callers['own'])).secret}"}


async def _a_key(database: Database, boss: Caller) -> access.Made:
    async with database.transaction(boss) as db:
        return await access.make_key(
            db, boss, name="Secret board", scopes=access.SCOPES, lasts=timedelta(days=9), now=clock.now()
        )
