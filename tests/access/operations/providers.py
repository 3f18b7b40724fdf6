"""An agency's own providers."""

from uuid import uuid4

from core import access, clock
from core.access.rules.roles import Act
from core.db import Database
from core.security import Caller
from tests.access.builders import RING
from tests.access.operations.shape import Field, Key, Operation, Town, allowed

# One on this machine, which the settings of the matrix do not allow: who may is told so, and nothing is asked.
_HERE = "http://127.0.0.1:1"

ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/providers"): Operation(who=allowed(Act.see_providers), silent="an agency's own, no secrets"),
    ("POST", "/api/v1/providers"): Operation(
        {"issuer": _HERE, "client_id": "doorlight", "domains": ["example.org"]},
        who=allowed(Act.make_provider),
        works=422,
        silent="refused, so nothing is done",
    ),
    ("POST", "/api/v1/providers/{provider_id}/end"): Operation(of="provider_id", who=allowed(Act.end_provider)),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "providers"): ("{ providers { id issuer } }", ("GET", "/api/v1/providers")),
    ("mutation", "makeProvider"): (
        f'mutation {{ makeProvider(issuer: "{_HERE}", clientId: "doorlight", domains: ["example.org"]) {{ id }} }}',
        ("POST", "/api/v1/providers"),
    ),
    ("mutation", "endProvider"): (
        'mutation { endProvider(providerId: "%(provider_id)s") { id } }',
        ("POST", "/api/v1/providers/{provider_id}/end"),
    ),
}
PRIVATE = {"Provider"}
SAID = {"no-such-provider": 404, "bad-address": 422}


async def plant(database: Database, town: Town) -> None:
    """A provider for each agency."""
    made = {"missing": uuid4()}
    for whose, boss in town.callers.items():
        made[whose] = (await _a_provider(database, boss, f"https://{whose}.example.org")).id
    town.ids["provider_id"] = made
    town.secrets += [str(made["foreign"]), "https://foreign.example.org"]


async def _a_provider(database: Database, boss: Caller, issuer: str) -> access.ProviderView:
    assert boss.agency_id is not None
    async with database.transaction(boss) as db:
        return await access.make_provider(
            db, boss, agency_id=boss.agency_id, issuer=issuer, client_id="doorlight", client_secret="behind the lamp",
            domains=["example.org"], ring=RING, now=clock.now(),
        )  # fmt: skip
