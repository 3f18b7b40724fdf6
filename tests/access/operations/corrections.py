"""What anybody proposes to correct: everybody sees their own, stewards see all and decide."""

from uuid import UUID, uuid4

import directory
from core import clock
from core.db import Database
from core.security import GIVEN, Caller, Role
from directory import CorrectionAbout, CorrectionIn, CorrectionPart, ListingIn
from tests.access.builders import RING, caller_by
from tests.access.operations.claims import CLAIMED
from tests.access.operations.shape import Field, Key, Operation, Town
from tests.builders import a_line, publish

_STEWARD = (Role.steward,)
_PROPOSE = (
    'mutation { proposeCorrection(input: {about: organization, part: hours, says: "Late",'
    f' id: "{CLAIMED}"}}) {{ id }} }}'
)
_SAYS = "Secret words of another agency"

ROWS: dict[Key, Operation] = {
    ("POST", "/api/v1/corrections"): Operation(
        {"about": "organization", "id": str(CLAIMED), "part": "hours", "says": "Open at night"}, works=201
    ),
    ("GET", "/api/v1/corrections"): Operation(
        who=GIVEN, anywhere=_STEWARD, silent="no contact is shown, nor a note of others"
    ),
    ("GET", "/api/v1/corrections/{correction_id}"): Operation(
        of="correction_id", who=GIVEN, anywhere=_STEWARD, silent="its contact alone is written down, for stewards"
    ),
    ("POST", "/api/v1/corrections/{correction_id}/decide"): Operation(
        {"accepted": False, "reason": "It is not so"}, of="correction_id", who=_STEWARD, anywhere=_STEWARD
    ),
    # not even a steward takes back what somebody else proposed
    ("POST", "/api/v1/corrections/{correction_id}/withdraw"): Operation(of="correction_id", who=GIVEN),
}
FIELDS: dict[Key, Field | None] = {
    ("mutation", "proposeCorrection"): (
        _PROPOSE,
        ("POST", "/api/v1/corrections"),
    ),
    ("query", "corrections"): ("{ corrections { id says } }", ("GET", "/api/v1/corrections")),
    ("query", "correction"): (
        '{ correction(correctionId: "%(correction_id)s") { id says contact } }',
        ("GET", "/api/v1/corrections/{correction_id}"),
    ),
    ("mutation", "decideCorrection"): (
        'mutation { decideCorrection(correctionId: "%(correction_id)s", accepted: false, reason: "No") { id } }',
        ("POST", "/api/v1/corrections/{correction_id}/decide"),
    ),
    ("mutation", "withdrawCorrection"): (
        'mutation { withdrawCorrection(correctionId: "%(correction_id)s") { id } }',
        ("POST", "/api/v1/corrections/{correction_id}/withdraw"),
    ),
}
PRIVATE = {"Correction"}
SAID = {"no-such-correction": 404}


async def plant(database: Database, town: Town) -> None:
    """One of each who may sign in, and one of somebody of the other agency."""
    listing = a_line("To correct")
    await publish(database, listing)
    for role in GIVEN:
        caller = await caller_by(database, town.shown[role])
        town.held.setdefault(role, {})["correction_id"] = await _proposed(database, caller, listing)
    foreign = await _proposed(database, town.callers["foreign"], listing, _SAYS)
    town.ids["correction_id"] = {"own": uuid4(), "foreign": foreign, "missing": uuid4()}
    town.secrets += [str(foreign), _SAYS]


async def _proposed(database: Database, caller: Caller, listing: ListingIn, says: str = "Ours") -> UUID:
    asked = CorrectionIn(
        about=CorrectionAbout.service, id=listing.services[0].id, part=CorrectionPart.description, says=says,
        contact="ana@example.org",
    )  # fmt: skip
    async with database.transaction(caller) as db:
        made = await directory.propose_correction(db, caller, correction=asked, ring=RING, now=clock.now())
    return made.id
