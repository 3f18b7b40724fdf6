"""Machines with keys of their own, and the door where they get tokens."""

from datetime import timedelta
from uuid import uuid4

from joserfc.jwk import ECKey

from core import access, clock
from core.access.rules.roles import Act
from core.db import Database
from core.security import Caller
from tests.access.operations.shape import Field, Key, Operation, Town, allowed

_KEY = ECKey.generate_key("P-384", parameters={"kid": "first"}).as_dict(private=False)
_OTHER = ECKey.generate_key("P-384", parameters={"kid": "second"}).as_dict(private=False)
_AS_TEXT = '{\\"keys\\": [%s]}'


def _text(key: object) -> str:
    return str(key).replace("'", '\\"')


ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/clients"): Operation(who=allowed(Act.see_clients), silent="machines, and their public keys"),
    ("POST", "/api/v1/clients"): Operation(
        {"name": "C", "scopes": ["directory.read"], "jwks": {"keys": [_KEY]}}, who=allowed(Act.make_client), works=201
    ),
    ("POST", "/api/v1/clients/{client_id}/keys"): Operation(
        {"jwks": {"keys": [_OTHER]}}, of="client_id", who=allowed(Act.make_client)
    ),
    ("POST", "/api/v1/clients/{client_id}/end"): Operation(of="client_id", who=allowed(Act.end_client)),
    # open to anybody; what is no proof gets nothing
    ("POST", "/oauth/token"): Operation({}, works=400),
    ("GET", "/.well-known/smart-configuration"): Operation(),
    ("GET", "/.well-known/oauth-authorization-server"): Operation(),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "clients"): ("{ clients { id name keys { kid } } }", ("GET", "/api/v1/clients")),
    ("mutation", "registerClient"): (
        f'mutation {{ registerClient(name: "C", scopes: "directory.read", jwks: "{_AS_TEXT % _text(_KEY)}") {{id}} }}',
        ("POST", "/api/v1/clients"),
    ),
    ("mutation", "replaceClientKeys"): (
        f'mutation {{ replaceClientKeys(clientId: "%(client_id)s", jwks: "{_AS_TEXT % _text(_OTHER)}") {{ id }} }}',
        ("POST", "/api/v1/clients/{client_id}/keys"),
    ),
    ("mutation", "endClient"): (
        'mutation { endClient(clientId: "%(client_id)s") { id } }',
        ("POST", "/api/v1/clients/{client_id}/end"),
    ),
}
PRIVATE = {"Client", "ClientKey"}
SAID = {"no-such-client": 404}


async def plant(database: Database, town: Town) -> None:
    """A client in each agency."""
    clients = {"missing": uuid4()}
    for whose, boss in town.callers.items():
        clients[whose] = (await _a_client(database, boss)).id
    town.ids["client_id"] = clients
    town.secrets.append(str(clients["foreign"]))


async def _a_client(database: Database, boss: Caller) -> access.ClientView:
    async with database.transaction(boss) as db:
        return await access.register_client(
            db, boss, name="Secret dispatch", scopes=["directory.read"], jwks={"keys": [_KEY]},
            lasts=timedelta(days=9), now=clock.now(),
        )  # fmt: skip
