"""A referral with all that belongs to it, as values: what was recorded makes the state, and nothing else does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from referrals.rules.deadlines import Stage, Timer, Urgency
from referrals.rules.machines import Actor, Consent, Hold, Offer, Referral


class Of(StrEnum):
    """Which of the four machines moved."""

    referral = "referral"
    offer = "offer"
    hold = "hold"
    consent = "consent"


class Pattern(StrEnum):
    """To whom it is offered, and when to the next."""

    cascade = "cascade"  # one at a time
    parallel = "parallel"  # so many at once; the first that accepts has it
    staged = "staged"  # one, then three, then all
    choice = "choice"  # so many at once; the person chooses among those that accepted


class Mode(StrEnum):
    """How responsibility passes."""

    warm = "warm"  # live: all three on one call, or in person
    cold = "cold"  # by a receipt


class Purpose(StrEnum):
    """What the person lets themselves be known for, and nothing else."""

    handoff = "handoff"  # so that they are taken on, and nobody loses them on the way
    treatment = "treatment"  # for their care, once they are there
    follow_up = "follow_up"  # to ask them afterwards how it went


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log: codes, ids and times; nothing that says who the person is.

    `facts`: what else the state needs to be made again, under names of `Case`, `OfferState`, `HoldState` and
    `ConsentState`. `version`: the case's, after it.
    """

    of: Of
    subject_id: UUID
    verb: str
    start: str | None
    to: str
    by: Actor
    at: datetime
    version: int
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfferState:
    """One provider that was asked. `place`: which of those asked, from 1; `round`: when it was their turn.

    `position`: where the person stands on its waiting list. `see_by`: until when it should have been opened.
    """

    id: UUID
    service_id: UUID
    agency_id: UUID | None
    pool_id: UUID | None
    place: int
    round: int
    status: Offer = Offer.queued
    timer: Timer | None = None
    reason: str | None = None
    position: int | None = None
    see_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoldState:
    """One place set aside."""

    id: UUID
    offer_id: UUID
    pool_id: UUID
    status: Hold = Hold.held
    timer: Timer | None = None


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What the person agreed to. `services` empty: whichever takes part; `fields` empty: nothing that says who.

    `may_contact`: they may be asked afterwards how it went.
    """

    id: UUID
    services: frozenset[UUID]
    fields: frozenset[str]
    until: datetime | None
    may_contact: bool = False
    status: Consent = Consent.proposed
    purpose: Purpose = Purpose.handoff

    def covers(self, service_id: UUID) -> bool:
        """Whether that service may be asked."""
        return not self.services or service_id in self.services


@dataclass(frozen=True, slots=True)
class Accountable:
    """Who answers for the person just now: the agency that refers, or the service that took them on."""

    agency_id: UUID | None = None
    service_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A referral as it stands. `on_duty`: the person who has it in hand; `winner`: the offer that has it.

    `reason`: why it stands where it does; `missed_by`: who said that the person is not there, until somebody else has
    said that they are.
    """

    id: UUID
    agency_id: UUID
    urgency: Urgency
    mode: Mode
    pattern: Pattern
    width: int
    status: Referral = Referral.draft
    version: int = 0
    accountable: Accountable | None = None
    on_duty: UUID | None = None
    winner: UUID | None = None
    timer: Timer | None = None
    stage: Stage = Stage.armed
    escalations: int = 0
    police_told: bool = False
    handoff: Mode | None = None
    missed_by: Actor | None = None
    disputed: bool = False
    reason: str | None = None
    offers: Mapping[UUID, OfferState] = field(default_factory=dict)
    holds: Mapping[UUID, HoldState] = field(default_factory=dict)
    consents: Mapping[UUID, ConsentState] = field(default_factory=dict)

    def held_for(self, offer_id: UUID) -> HoldState | None:
        """The place that stands for that offer."""
        return next(
            (one for one in self.holds.values() if one.offer_id == offer_id and one.status in STANDING_HOLD), None
        )

    def agreed(self, now: datetime) -> ConsentState | None:
        """What the person agreed to, where it stands."""
        return next(
            (
                one
                for one in self.consents.values()
                if one.status is Consent.active and (one.until is None or now < one.until)
            ),
            None,
        )


STANDING_HOLD = frozenset({Hold.held, Hold.confirmed, Hold.occupied})
LIVE_OFFER = frozenset({Offer.queued, Offer.sent, Offer.seen, Offer.waitlisted, Offer.conditionally_accepted})
OVER = frozenset({
    Referral.closed, Referral.person_declined, Referral.withdrawn, Referral.cancelled, Referral.entered_in_error,
})  # fmt: skip


def evolve(case: Case | None, event: Event) -> Case:
    """The case after that line. The first line makes it."""
    if case is None:
        return Case(id=event.subject_id, version=event.version, **event.facts)
    facts = dict(event.facts)
    match event.of:
        case Of.referral:
            # a reminder has a reason of its own, and changes none
            reason = case.reason if event.to == event.start and event.verb != "report" else event.reason
            return replace(case, status=Referral(event.to), reason=reason, version=event.version, **facts)
        case Of.offer:
            offer = case.offers.get(event.subject_id) or OfferState(id=event.subject_id, **facts)
            facts = facts if event.subject_id in case.offers else {}
            told = replace(offer, status=Offer(event.to), reason=event.reason or offer.reason, **facts)
            return replace(case, version=event.version, offers={**case.offers, told.id: told})
        case Of.hold:
            hold = case.holds.get(event.subject_id) or HoldState(id=event.subject_id, **facts)
            facts = facts if event.subject_id in case.holds else {}
            set_aside = replace(hold, status=Hold(event.to), **facts)
            return replace(case, version=event.version, holds={**case.holds, set_aside.id: set_aside})
        case Of.consent:
            consent = case.consents.get(event.subject_id) or ConsentState(id=event.subject_id, **facts)
            facts = facts if event.subject_id in case.consents else {}
            said = replace(consent, status=Consent(event.to), **facts)
            return replace(case, version=event.version, consents={**case.consents, said.id: said})


def replayed(events: Iterable[Event]) -> Case | None:
    """The case that these lines make, in their order."""
    case = None
    for event in events:
        case = evolve(case, event)
    return case
