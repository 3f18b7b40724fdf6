"""Other doors: links and text messages for who has no account, the person's own code, the gateway; and police."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import referrals
from core.db import Database
from tests.access.operations.referrals import CARES, _at
from tests.access.operations.shape import Field, Key, Operation, Town

_POLICE: dict[str, Any] = {"ground": "medical", "tried": ["talked"], "told": "yes"}
_NO_CODE: dict[str, Any] = {"code": "no such code"}
_TEXT: dict[str, Any] = {"from": "+13035550101", "text": "YES 123456"}
_LINK: Key = ("POST", "/api/v1/offers/{offer_id}/link")
_BY_TEXT: Key = ("POST", "/api/v1/offers/{offer_id}/text")
_ASK: Key = ("POST", "/api/v1/referrals/{referral_id}/police")
_CAME: Key = ("POST", "/api/v1/police/{involvement_id}/outcome")

_PICKED: Mapping[str, dict[str, Any]] = {"report": {"outcome": "served"}, "choose": {"offer_id": str(UUID(int=1))}}

ROWS: dict[Key, Operation] = {
    _LINK: Operation(of="offer_id", who=CARES, works=201, scope="referrals.write", before=_at("offering")),
    _BY_TEXT: Operation(
        {"to": "+13035550101"}, of="offer_id", who=CARES, works=201, scope="referrals.write", before=_at("offering")
    ),
    _ASK: Operation(_POLICE, of="referral_id", who=CARES, works=201, scope="referrals.write", before=_at("offering")),
    _CAME: Operation({"outcome": "left_again"}, of="involvement_id", who=CARES, scope="referrals.write"),
    # whoever has the code is the person, whoever they are signed in as; nobody's opens nothing
    ("POST", "/api/v1/mine"): Operation(_NO_CODE, works=404),
    **{
        ("POST", f"/api/v1/mine/{kind.verb}"): Operation(
            _NO_CODE | _PICKED.get(kind.verb, {}), works=404
        )
        for kind in referrals.OF_PERSON
    },
    # nobody but the gateway, which signs
    ("POST", "/api/v1/gateway/text"): Operation(_TEXT, works=401),
    ("POST", "/api/v1/gateway/keypad"): Operation({"from": "+13035550101", "digits": "1234561"}, works=401),
}  # fmt: skip
FIELDS: dict[Key, Field | None] = {
    ("mutation", "linkOffer"): ('mutation { linkOffer(offerId: "%(offer_id)s") { path } }', _LINK),
    ("mutation", "textOffer"): (
        'mutation { textOffer(offerId: "%(offer_id)s", input: {to: "+13035550101"}) { until } }', _BY_TEXT,
    ),
    ("mutation", "recordPolice"): (
        (
            'mutation { recordPolice(referralId: "%(referral_id)s",'
            " input: {ground: medical, tried: [talked], told: yes}) { id } }"
        ),
        _ASK,
    ),
    ("mutation", "recordPoliceOutcome"): (
        'mutation { recordPoliceOutcome(involvementId: "%(involvement_id)s", input: {outcome: left_again}) { id } }',
        _CAME,
    ),
}  # fmt: skip
PRIVATE = {"OfferLink", "OfferText", "PoliceInvolvement"}
SAID = {"no-such-involvement": 404}


async def plant(database: Database, town: Town) -> None:
    """In each agency's referral police were asked for once."""
    found: dict[str, UUID] = {"missing": uuid4()}
    for whose in ("own", "foreign"):
        boss = town.callers[whose]
        said = referrals.PoliceIn.model_validate(_POLICE)
        async with database.transaction(boss) as db:
            made = await referrals.ask_police(db, boss, referral_id=town.ids["referral_id"][whose], said=said)
        found[whose] = made.id
        if whose == "foreign":
            town.secrets.append(str(made.id))
    town.ids["involvement_id"] = found
