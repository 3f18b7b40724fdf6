"""The four machines of a warm handoff, each as a table: which verb leads from where to where, and who may say it.

The tables are all there is to know: REST and GraphQL have one verb for each arrow, the diagrams of docs/handoffs.md are
drawn from them, and `move` is the only way to a new state. After BSeR's trigger table and Gravity's task states, with
what both lack: the person's own voice, and an end for every wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from referrals.errors import IllegalMove, NotYours


class Actor(StrEnum):
    """As what somebody acts in one referral."""

    person = "person"  # whom it is about, through whoever speaks for them
    referrer = "referrer"
    receiver = "receiver"
    responder = "responder"  # on site, or driving
    supervisor = "supervisor"
    system = "system"


class Referral(StrEnum):
    """Where a person's passage stands."""

    draft = "draft"
    ready = "ready"
    offering = "offering"
    matched = "matched"
    connecting = "connecting"
    handed_off = "handed_off"
    travelling = "travelling"
    arrived = "arrived"
    engaged = "engaged"
    follow_up = "follow_up"
    returned = "returned"
    unplaced = "unplaced"
    closed = "closed"
    person_declined = "person_declined"
    withdrawn = "withdrawn"
    cancelled = "cancelled"
    entered_in_error = "entered_in_error"


class Offer(StrEnum):
    """Where one provider's answer stands."""

    queued = "queued"
    sent = "sent"
    seen = "seen"
    waitlisted = "waitlisted"
    conditionally_accepted = "conditionally_accepted"
    accepted = "accepted"
    declined = "declined"
    expired = "expired"
    undeliverable = "undeliverable"
    withdrawn = "withdrawn"
    superseded = "superseded"
    released = "released"
    fulfilled = "fulfilled"


class Hold(StrEnum):
    """Where one place that was set aside stands."""

    held = "held"
    confirmed = "confirmed"
    occupied = "occupied"
    released = "released"
    expired = "expired"
    no_show_released = "no_show_released"


class Consent(StrEnum):
    """Where the person's word stands."""

    proposed = "proposed"
    active = "active"
    revoked = "revoked"
    expired = "expired"
    superseded = "superseded"


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Arrow(Generic[S]):
    """One legal move. Without `to` the state stays as it is, and what was said is recorded."""

    start: frozenset[S]
    to: S | None
    by: frozenset[Actor]

    def leads(self, now: S) -> S:
        """Where it ends for one that stands there."""
        return now if self.to is None else self.to


Machine = Mapping[str, Arrow[S]]


def _arrow(start: str, to: S | None, by: str, of: type[S]) -> Arrow[S]:
    return Arrow(frozenset(of(one) for one in start.split()), to, frozenset(Actor(one) for one in by.split()))


R = Referral
_PASSED = "handed_off travelling arrived engaged follow_up"
_UNDER_WAY = f"matched connecting {_PASSED}"
_LIVE = f"draft ready offering unplaced returned {_UNDER_WAY}"
_BUT_ERROR = [one for one in R if one != R.entered_in_error]
REFERRAL: Machine[Referral] = {
    "consent": _arrow("draft", R.ready, "referrer person", R),
    "offer": _arrow("ready returned unplaced", R.offering, "referrer supervisor system", R),
    "ask_next": _arrow("offering", None, "system", R),  # the next round; its clock begins anew
    "match": _arrow("offering unplaced", R.matched, "system", R),  # unplaced: somebody on a waitlist had a place
    "ask_person": _arrow("offering unplaced", R.offering, "system", R),  # somebody said yes: the person's clock runs
    "choose": _arrow("offering", R.matched, "person referrer", R),
    "unplace": _arrow("offering", R.unplaced, "system", R),
    "connect": _arrow("matched", R.connecting, "referrer receiver", R),
    "join": _arrow("connecting", None, "referrer receiver person responder", R),
    "hand_off": _arrow("matched connecting", R.handed_off, "receiver", R),
    "depart": _arrow("handed_off", R.travelling, "referrer receiver responder", R),
    "arrive": _arrow("handed_off travelling arrived", R.arrived, "receiver person responder", R),
    "miss": _arrow("travelling arrived", None, "referrer receiver person responder", R),
    "engage": _arrow("handed_off arrived", R.engaged, "receiver", R),
    "follow_up": _arrow("engaged", R.follow_up, "receiver system", R),
    "report": _arrow("engaged follow_up", None, "person", R),
    "return": _arrow("matched connecting handed_off travelling arrived engaged", R.returned, "receiver", R),
    "leave": _arrow(_UNDER_WAY, R.returned, "system", R),  # the agency that had them is no more
    "acknowledge": _arrow("returned unplaced", None, "referrer supervisor", R),
    "remind": _arrow(_LIVE, None, "system", R),
    "escalate": _arrow(_LIVE, None, "system", R),
    "reassign": _arrow(_LIVE, None, "referrer receiver supervisor", R),
    "close": _arrow("engaged follow_up unplaced returned", R.closed, "receiver referrer supervisor", R),
    "decline": _arrow(_LIVE, R.person_declined, "person", R),
    "withdraw": _arrow(_LIVE, R.withdrawn, "person", R),
    "cancel": _arrow(_LIVE, R.cancelled, "referrer supervisor system", R),
    "discard": _arrow("draft", R.cancelled, "system", R),
    "correct": _arrow(" ".join(_BUT_ERROR), R.entered_in_error, "referrer supervisor", R),
}

_OPEN = "sent seen waitlisted conditionally_accepted"
OFFER: Machine[Offer] = {
    "send": _arrow("queued", Offer.sent, "system", Offer),
    "nudge": _arrow("sent", None, "system", Offer),  # nobody has opened it: the next of their contacts is told
    "see": _arrow("sent seen", Offer.seen, "receiver", Offer),
    "hold": _arrow("sent seen", Offer.seen, "receiver", Offer),
    "accept": _arrow("sent seen waitlisted", Offer.accepted, "receiver", Offer),
    "accept_if": _arrow("sent seen waitlisted", Offer.conditionally_accepted, "receiver", Offer),
    "agree": _arrow("conditionally_accepted", Offer.accepted, "referrer person", Offer),
    "waitlist": _arrow("sent seen", Offer.waitlisted, "receiver", Offer),
    "decline": _arrow(_OPEN, Offer.declined, "receiver person", Offer),
    "fail": _arrow("queued sent", Offer.undeliverable, "system", Offer),
    "expire": _arrow(f"queued {_OPEN}", Offer.expired, "system", Offer),
    "withdraw": _arrow(f"queued {_OPEN}", Offer.withdrawn, "referrer person supervisor system", Offer),
    "supersede": _arrow(f"queued {_OPEN}", Offer.superseded, "system", Offer),
    # fulfilled: the person has left, and their place is free again
    "release": _arrow("accepted fulfilled", Offer.released, "receiver referrer person supervisor system", Offer),
    "fulfil": _arrow("accepted", Offer.fulfilled, "system", Offer),
}

HOLD: Machine[Hold] = {
    "renew": _arrow("held", None, "system", Hold),  # who kept it while deciding has decided: others decide now
    "confirm": _arrow("held", Hold.confirmed, "system", Hold),
    "occupy": _arrow("confirmed", Hold.occupied, "system", Hold),
    # whoever says that the person has left, while they still answer for them; else it goes with the offer
    "release": _arrow("held confirmed occupied", Hold.released, "receiver referrer person supervisor system", Hold),
    "expire": _arrow("held", Hold.expired, "system", Hold),
    "no_show": _arrow("confirmed", Hold.no_show_released, "system", Hold),
}

CONSENT: Machine[Consent] = {
    "give": _arrow("proposed", Consent.active, "person", Consent),
    "revoke": _arrow("proposed active", Consent.revoked, "person", Consent),
    "expire": _arrow("proposed active", Consent.expired, "system", Consent),
    "supersede": _arrow("proposed active", Consent.superseded, "person system", Consent),
}


def move(machine: Machine[S], now: S, verb: str, by: Actor) -> S:
    """The state after that verb.

    Raises:
        NotYours: somebody else's to say. IllegalMove: not from there; it names what is.
    """
    arrow = machine[verb]
    if by not in arrow.by:
        raise NotYours(verb, by, arrow.by)
    if now not in arrow.start:
        raise IllegalMove(verb, now, ways_on(machine, now, by))
    return arrow.leads(now)


def ways_on(machine: Machine[S], now: S, by: Actor) -> list[str]:
    """What that actor may do from there."""
    return sorted(verb for verb, arrow in machine.items() if now in arrow.start and by in arrow.by)


def is_over(machine: Machine[S], now: S) -> bool:
    """Whether nothing leads on from there, but that it was an error to begin with."""
    return not any(now in arrow.start and arrow.to not in {None, now, R.entered_in_error} for arrow in machine.values())
