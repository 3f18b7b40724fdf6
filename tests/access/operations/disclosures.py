"""Who was told what: an agency's managers and administrators ask for the list."""

from uuid import uuid4

from sqlalchemy import text

from core.db import Database
from core.security import SYSTEM, Role
from tests.access.operations.shape import Field, Key, Operation, Town

_LEADS = (Role.provider_manager, Role.administrator)
_TOLD = text(
    "INSERT INTO referral_disclosure (id, referral_id, agency_id, consent_id, offer_id, to_service_id, fields, basis,"
    " notice, at) SELECT :id, o.referral_id, o.referrer_id, c.id, o.id, o.service_id, '{name}', 'consent', '1',"
    " doorlight_now() FROM offer AS o JOIN referral_consent AS c ON c.referral_id = o.referral_id WHERE o.id = :offer"
)
_LIST = ("GET", "/api/v1/referrals/disclosures")

ROWS: dict[Key, Operation] = {_LIST: Operation(who=_LEADS)}
FIELDS: dict[Key, Field | None] = {
    ("query", "disclosures"): ("{ disclosures { next disclosures { id referralId fields consent { how } } } }", _LIST)
}
PRIVATE = {"DisclosureList", "ListedDisclosure", "DisclosureConsent"}
SAID: dict[str, int] = {}


async def plant(database: Database, town: Town) -> None:
    """That the name was told, in each agency."""
    for whose in ("own", "foreign"):
        told = uuid4()
        async with database.transaction(SYSTEM) as db:
            await db.execute(_TOLD, {"id": told, "offer": town.ids["offer_id"][whose]})
        if whose == "foreign":
            town.secrets.append(str(told))
