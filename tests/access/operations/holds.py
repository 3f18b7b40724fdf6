"""Legal holds of an agency."""

from uuid import uuid4

from core import access, clock
from core.access.rules.roles import Act
from core.db import Database
from tests.access.builders import RING
from tests.access.operations.shape import Field, Key, Operation, Town, allowed

ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/holds"): Operation(who=allowed(Act.see_holds)),
    ("POST", "/api/v1/holds"): Operation({"reason": "26-1187"}, who=allowed(Act.hold), works=201),
    ("POST", "/api/v1/holds/{hold_id}/end"): Operation(of="hold_id", who=allowed(Act.hold)),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "holds"): ("{ holds { id reason } }", ("GET", "/api/v1/holds")),
    ("mutation", "hold"): ('mutation { hold(reason: "26-1187") { id } }', ("POST", "/api/v1/holds")),
    ("mutation", "endHold"): (
        'mutation { endHold(holdId: "%(hold_id)s") { id } }',
        ("POST", "/api/v1/holds/{hold_id}/end"),
    ),
}
PRIVATE = {"Hold"}
SAID = {"no-such-hold": 404}


async def plant(database: Database, town: Town) -> None:
    """A hold in each agency."""
    holds = {"missing": uuid4()}
    for whose, boss in town.callers.items():
        async with database.transaction(boss) as db:
            made = await access.hold(
                db, boss, agency_id=boss.agency_id, person_id=None, reason=f"{whose} inquiry", ring=RING,
                now=clock.now(),
            )  # fmt: skip
        holds[whose] = made.id
        if whose == "foreign":
            town.secrets += [str(made.id), made.reason]
    town.ids["hold_id"] = holds
