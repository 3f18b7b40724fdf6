"""One act on one referral: each step is held against its table and recorded; the rows follow what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from referrals.rules.case import OVER, Case, Event, Of, evolve
from referrals.rules.deadlines import (
    DEFAULTS,
    HOLD_RUNS,
    OFFER_RUNS,
    RUNS,
    Clock,
    Clocks,
    Stage,
    Timer,
    armed,
)
from referrals.rules.machines import CONSENT, HOLD, OFFER, REFERRAL, Actor, Consent, Hold, Offer, Referral, move


@dataclass
class Turn:
    """Who acts on which case, when; and what has come of it so far. `clocks`: what the agency has set.

    `pools`: where places have been counted only since the offer was made, by its id.
    """

    case: Case
    by: Actor
    now: datetime
    clocks: Clocks = field(default_factory=lambda: DEFAULTS)
    events: list[Event] = field(default_factory=list)
    pools: Mapping[UUID, UUID] = field(default_factory=dict)

    def referral(self, verb: str, *, by: Actor | None = None, reason: str | None = None, **facts: Any) -> Referral:
        """A step of the referral. Where it comes to another state, that state's clock runs."""
        now, by = self.case.status, by or self.by
        to = move(REFERRAL, now, verb, by)
        if to != now or to in OVER:
            facts = {"timer": self._clock(RUNS.get(to)), "stage": Stage.armed, "escalations": 0} | facts
        self._record(Of.referral, self.case.id, verb, now, to, by=by, reason=reason, facts=facts)
        return to

    def offer(
        self, offer_id: UUID, verb: str, *, by: Actor | None = None, reason: str | None = None, **facts: Any
    ) -> Offer:
        """A step of one offer."""
        now, by = self.case.offers[offer_id].status, by or self.by
        to = move(OFFER, now, verb, by)
        if to != now and (now, to) != (Offer.sent, Offer.seen):  # to have looked gives nobody more time
            facts = {"timer": self._clock(OFFER_RUNS.get(to))} | facts
        self._record(Of.offer, offer_id, verb, now, to, by=by, reason=reason, facts=facts)
        return to

    def hold(self, hold_id: UUID, verb: str, *, by: Actor = Actor.system, reason: str | None = None) -> Hold:
        """A step of one place that was set aside; it follows what became of its offer."""
        now = self.case.holds[hold_id].status
        to = move(HOLD, now, verb, by)
        timer = self._clock(HOLD_RUNS.get(to))
        self._record(Of.hold, hold_id, verb, now, to, by=by, reason=reason, facts={"timer": timer})
        return to

    def consent(self, consent_id: UUID, verb: str, *, by: Actor = Actor.person) -> Consent:
        """A step of what the person agreed to."""
        now = self.case.consents[consent_id].status
        to = move(CONSENT, now, verb, by)
        self._record(Of.consent, consent_id, verb, now, to, by=by, facts={})
        return to

    def begin(self, of: Of, subject_id: UUID, verb: str, to: str, **facts: Any) -> None:
        """The first line of an offer, a place or a consent."""
        if of is Of.hold:
            facts = {"timer": self._clock(HOLD_RUNS[Hold.held])} | facts
        self._record(of, subject_id, verb, None, to, by=self.by, facts=facts)

    def _clock(self, clock: Clock | None) -> Timer | None:
        return None if clock is None else armed(clock, self.case.urgency, self.now, self.clocks)

    def _record(
        self, of: Of, subject_id: UUID, verb: str, start: str | None, to: str,
        *, by: Actor, facts: Mapping[str, Any], reason: str | None = None,
    ) -> None:  # fmt: skip
        event = Event(of, subject_id, verb, start, to, by, self.now, self.case.version + 1, reason, facts)
        self.events.append(event)
        self.case = evolve(self.case, event)
