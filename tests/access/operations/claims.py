"""Which agency answers for which listing. Stewards decide on everybody's."""

from uuid import UUID, uuid4

import directory
from core import clock
from core.db import Database
from core.security import Role
from tests.access.builders import RING
from tests.access.operations.shape import Field, Key, Operation, Town
from tests.builders import a_line, publish

CLAIMED = UUID("c1a10000-0000-4000-8000-000000000001")
_CLAIMS = (Role.provider_manager, Role.administrator)
_SEES = (*_CLAIMS, Role.steward)
_ENDS = (Role.administrator, Role.steward)
_STEWARD = (Role.steward,)

# Who asked and who decided are said by their ids alone.
_IDS = "ids alone"
ROWS: dict[Key, Operation] = {
    ("GET", "/api/v1/claims"): Operation(who=_SEES, anywhere=_STEWARD, silent=_IDS),
    ("GET", "/api/v1/organizations/{organization_id}/claim-choices"): Operation(
        of="organization_id", who=_CLAIMS, anywhere=_CLAIMS, silent="what the listing publishes, and less"
    ),
    # it has claimed that one already: to claim once more is a conflict, whoever of it asks
    ("POST", "/api/v1/claims"): Operation(
        {"organization_id": str(CLAIMED), "way": "steward"},
        who=_CLAIMS,
        works=409,
        silent="refused, so nothing is done",
    ),
    # whoever may type a code may type a wrong one
    ("POST", "/api/v1/claims/{claim_id}/prove"): Operation(
        {"code": "no code"}, of="claim_id", who=_CLAIMS, works=422, silent="refused"
    ),
    ("POST", "/api/v1/claims/{claim_id}/decide"): Operation(
        {"proven": True, "reason": "They are"}, of="claim_id", who=_STEWARD, anywhere=_STEWARD
    ),
    ("POST", "/api/v1/claims/{claim_id}/end"): Operation({}, of="claim_id", who=_ENDS, anywhere=_STEWARD),
}
FIELDS: dict[Key, Field | None] = {
    ("query", "claims"): ("{ claims { id agency } }", ("GET", "/api/v1/claims")),
    ("query", "claimChoices"): (
        '{ claimChoices(organizationId: "%(organization_id)s") { id masked } }',
        ("GET", "/api/v1/organizations/{organization_id}/claim-choices"),
    ),
    ("mutation", "askClaim"): (
        f'mutation {{ askClaim(organizationId: "{CLAIMED}", way: steward) {{ id }} }}',
        ("POST", "/api/v1/claims"),
    ),
    ("mutation", "proveClaim"): (
        'mutation { proveClaim(claimId: "%(claim_id)s", code: "no code") { id } }',
        ("POST", "/api/v1/claims/{claim_id}/prove"),
    ),
    ("mutation", "decideClaim"): (
        'mutation { decideClaim(claimId: "%(claim_id)s", proven: true, reason: "They are") { id } }',
        ("POST", "/api/v1/claims/{claim_id}/decide"),
    ),
    ("mutation", "endClaim"): (
        'mutation { endClaim(claimId: "%(claim_id)s") { id } }',
        ("POST", "/api/v1/claims/{claim_id}/end"),
    ),
}
PRIVATE = {"Claim", "ClaimChoice"}
SAID = {"no-such-claim": 404, "no-such-row": 404, "already-claimed": 409, "wrong-code": 422}


async def plant(database: Database, town: Town) -> None:
    """In each agency a claim that waits for its code; and one of our own on the listing that is asked for again."""
    listings, claims = {"missing": uuid4()}, {"missing": uuid4()}
    for whose in town.agencies:
        listing = a_line(f"{whose} line")
        listing = listing.model_copy(
            update={"organization": listing.organization.model_copy(update={"email": "front@example.org"})}
        )
        await publish(database, listing)
        listings[whose] = listing.organization.id
        claims[whose] = await _asked(database, town, whose, listings[whose])
        if whose == "foreign":
            town.secrets += [str(claims[whose])]
    town.ids |= {"claim_id": claims}
    town.ids.setdefault("organization_id", listings)
    again = a_line("Claimed")
    organization = again.organization.model_copy(update={"id": CLAIMED})
    service = again.services[0].model_copy(update={"organization_id": CLAIMED})
    await publish(database, again.model_copy(update={"organization": organization, "services": (service,)}))
    await _asked(database, town, "own", CLAIMED, way=directory.ClaimWay.steward)


async def _asked(
    database: Database, town: Town, whose: str, listing: UUID, way: directory.ClaimWay = directory.ClaimWay.mail
) -> UUID:
    caller = town.callers[whose]
    async with database.transaction(caller) as db:
        choices = await directory.claim_choices(db, caller, organization_id=listing, ring=RING)
        choice = next((one.id for one in choices if one.way is way), None)
        made, _ = await directory.ask_claim(
            db, caller, organization_id=listing, way=way, choice=choice, ring=RING, now=clock.now()
        )
    return made.id
