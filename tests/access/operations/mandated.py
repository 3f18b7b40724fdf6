"""Reports that a law bids: written by whoever refers or has the person."""

from typing import Any

import referrals
from core.db import Database
from tests.access.operations.referrals import CARES, _at
from tests.access.operations.shape import Field, Key, Operation, Town

_REPORT: dict[str, Any] = {
    "recipient": "child_protection", "duty": "child_neglect", "facts": ["age"], "told": "yes",
}  # fmt: skip
_RECORD: Key = ("POST", "/api/v1/referrals/{referral_id}/mandated-reports")

ROWS: dict[Key, Operation] = {
    _RECORD: Operation(
        _REPORT, of="referral_id", who=CARES, works=201, scope="referrals.write", before=_at("offering")
    )
}  # fmt: skip
FIELDS: dict[Key, Field | None] = {
    ("mutation", "recordMandatedReport"): (
        (
            'mutation { recordMandatedReport(referralId: "%(referral_id)s", input: {recipient: child_protection,'
            " duty: child_neglect, facts: [age], told: yes}) { id } }"
        ),
        _RECORD,
    )
}
PRIVATE = {"MandatedReport"}
SAID: dict[str, int] = {}


async def plant(database: Database, town: Town) -> None:
    """One of each agency."""
    for whose in ("own", "foreign"):
        boss, said = town.callers[whose], referrals.MandatedIn.model_validate(_REPORT)
        async with database.transaction(boss) as db:
            made = await referrals.record_mandated(db, boss, referral_id=town.ids["referral_id"][whose], said=said)
        if whose == "foreign":
            town.secrets.append(str(made.id))
