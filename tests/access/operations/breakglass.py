"""Looking into another agency in an emergency: whoever broke the glass, and nobody else of their agency either."""

from uuid import UUID, uuid4

from api import glass
from api.claims import Writing
from core import clock
from core.access.rules.roles import Act
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import RING, a_member, an_agency, caller_by
from tests.access.operations.shape import Field, Key, Operation, Town, allowed

_BREAKS = allowed(Act.break_glass)
_REASON = "Their dispatcher does not answer"
_INTO: dict[str, str | int] = {"reason": _REASON, "minutes": 5, "agency_id": "of the town"}

ROWS: dict[Key, Operation] = {
    ("POST", "/api/v1/break-glass"): Operation(_INTO, who=_BREAKS, works=201),
    ("GET", "/api/v1/break-glass"): Operation(who=_BREAKS, silent="who looked, by their id; that they did is written"),
    ("GET", "/api/v1/break-glass/{break_glass_id}/people"): Operation(of="break_glass_id", who=_BREAKS),
    ("POST", "/api/v1/break-glass/{break_glass_id}/end"): Operation(of="break_glass_id", who=_BREAKS),
}
FIELDS: dict[Key, Field | None] = {
    ("mutation", "breakGlass"): (
        f'mutation {{ breakGlass(agencyId: "%(third_id)s", reason: "{_REASON}") {{ id }} }}',
        ("POST", "/api/v1/break-glass"),
    ),
    ("query", "openings"): ("{ openings { id agency target } }", ("GET", "/api/v1/break-glass")),
    ("query", "glassPeople"): (
        '{ glassPeople(breakGlassId: "%(break_glass_id)s") { name email } }',
        ("GET", "/api/v1/break-glass/{break_glass_id}/people"),
    ),
    ("mutation", "endGlass"): (
        'mutation { endGlass(breakGlassId: "%(break_glass_id)s") { id } }',
        ("POST", "/api/v1/break-glass/{break_glass_id}/end"),
    ),
}
PRIVATE = {"Glass"}
SAID = {"no-such-glass": 404, "glass-over": 403}


async def plant(database: Database, town: Town) -> None:
    """A third agency that both look into: each in person, and the other one, too."""
    third = await an_agency(database, "Third agency")
    await a_member(database, third, Role.administrator, name="third")
    _INTO["agency_id"] = str(third)
    town.ids["third_id"] = dict.fromkeys(("own", "foreign", "missing"), third)
    for role in _BREAKS:
        caller = await caller_by(database, town.shown[role])
        town.held.setdefault(role, {})["break_glass_id"] = await _broken(database, caller, third)
    foreign = await _broken(database, town.callers["foreign"], third)
    town.ids["break_glass_id"] = {"own": uuid4(), "foreign": foreign, "missing": uuid4()}
    town.secrets += [str(foreign)]


async def _broken(database: Database, caller: Caller, third: UUID) -> UUID:
    async with database.transaction(caller) as db:
        made = await glass.break_glass(
            db, caller, agency_id=third, reason=_REASON, minutes=60,
            writing=Writing("en", "https://doorlight.example.org", RING), now=clock.now(),
        )  # fmt: skip
    return made.id
