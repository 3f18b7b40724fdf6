"""As what a caller speaks in a referral: by which side of it their agency is on, and by what they are there."""

from collections.abc import Collection
from uuid import UUID

from core.security import Caller, Role
from referrals.errors import NotYours
from referrals.rules.case import Case
from referrals.rules.machines import Actor, Offer

# Who sends and receives people. A machine speaks for its agency, with the scope for it.
CARES = frozenset({
    Role.responder, Role.call_taker, Role.provider_staff, Role.provider_manager, Role.administrator, Role.system,
})  # fmt: skip
SAID_YES = frozenset({Offer.accepted, Offer.fulfilled})
_LEADS = frozenset({Role.provider_manager, Role.administrator})
# Whoever may say something as several says it as the first of these; the person's word is relayed.
_ORDER = (Actor.system, Actor.receiver, Actor.referrer, Actor.responder, Actor.supervisor, Actor.person)


def roles_in(caller: Caller, case: Case, offer_id: UUID | None) -> frozenset[Actor]:
    """As what they may speak. `offer_id`: the offer that it is about, else the one that has the person."""
    if Role.system in caller.roles:
        return frozenset({Actor.system})
    if not (caller.is_machine or caller.roles & CARES) or caller.agency_id is None:
        return frozenset()
    found: set[Actor] = set()
    if caller.agency_id == case.agency_id:
        found.add(Actor.referrer)
        if Role.responder in caller.roles:
            found.add(Actor.responder)
        if caller.roles & _LEADS:
            found.add(Actor.supervisor)
    offer = case.offers.get(offer_id or case.winner or case.id)
    if offer is not None and caller.agency_id == offer.agency_id:
        found.add(Actor.receiver)
    return frozenset(found | {Actor.person}) if found else frozenset()


def knows(case: Case, agency_id: UUID | None) -> bool:
    """Whether that agency may know more than what it takes to decide: it refers them, or has said yes."""
    return agency_id is not None and (
        agency_id == case.agency_id
        or any(one.agency_id == agency_id and one.status in SAID_YES for one in case.offers.values())
    )


def speaks_as(
    verb: str, by: Collection[Actor], roles: frozenset[Actor], *, for_person: bool | None, for_receiver: bool
) -> Actor:
    """As what they say it.

    `for_person`: they pass on the person's own word, or do not; None where nobody else's word is asked. `for_receiver`:
    what the receiver said to them on the phone, which whoever refers may pass on.

    Raises:
        NotYours: none of what they are may say it.
    """
    if for_person and Actor.person in roles:
        roles = frozenset({Actor.person})
    elif for_person is False:
        roles -= {Actor.person}
    if for_receiver and roles & {Actor.referrer}:
        roles = frozenset({Actor.receiver})
    found = next((one for one in _ORDER if one in roles and one in by), None)
    if found is None:
        raise NotYours(verb, " or ".join(sorted(roles)) or "nobody in it", by)
    return found
