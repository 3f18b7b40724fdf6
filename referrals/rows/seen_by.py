"""Which agencies an event concerns, in SQL: the one place that says so for what is sent of its own accord.

The same as `_is_told` of `referrals.service.show` and the policies of `referral_event`: whoever refers hears of
everything, who was asked of their own offer, and who has the person of the referral itself. `test_seen_by` compares.
"""

from typing import Any, Final, LiteralString

from referrals.rules.webhooks import Told

COLUMNS: Final[LiteralString] = 'e.id, e.referral_id, e.version, e.of, e.verb, e."to", e.at'
EVENTS: Final[LiteralString] = (
    "referral_event AS e JOIN referral AS r ON r.id = e.referral_id LEFT JOIN offer AS won ON won.id = r.winner"
)
# Behind COLUMNS: the agencies that an event concerns.
AGENCIES: Final[LiteralString] = (
    "ARRAY[e.agency_id, e.to_agency_id, CASE WHEN e.of = 'referral' THEN won.agency_id END]"
)


def told(row: Any) -> Told:
    """The event of a row that begins with COLUMNS."""
    return Told(*row[:7])
