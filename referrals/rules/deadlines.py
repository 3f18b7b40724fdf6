"""Every wait has an end: how long each state may last before somebody is told, by urgency; agencies may set others.

A clock reminds at half of its time, tries the next channel at three quarters, and at the end goes to the next contact
and the supervisor. At night, in a contact's quiet hours, reminders wait, and of what is routine everything does; the
ends of what is urgent do not, and of an emergency nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from referrals.rules.machines import Hold, Offer, Referral


class Urgency(StrEnum):
    """How soon somebody has to be there."""

    emergent = "emergent"
    urgent = "urgent"
    routine = "routine"


class Clock(StrEnum):
    """What is waited for."""

    draft = "draft"  # that it is gone on with, before it is thrown away
    offer = "offer"  # that it is offered to somebody
    see = "see"  # that an offer is opened
    answer = "answer"  # that it is answered
    choose = "choose"  # that the person chooses
    connect = "connect"  # that the live handover begins
    gather = "gather"  # that all of them are on the line
    depart = "depart"  # that they leave, or arrive
    arrive = "arrive"
    engage = "engage"  # that the service begins
    follow_up = "follow_up"
    late_follow_up = "late_follow_up"
    acknowledge = "acknowledge"  # that the referrer takes a returned person back
    retry = "retry"  # that an unplaced person is tried for again
    hold = "hold"  # that a place set aside is confirmed


_M, _H, _D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DEFAULTS: Mapping[Clock, Mapping[Urgency, timedelta]] = {
    clock: dict(zip(Urgency, spans, strict=True))
    for clock, spans in {
        Clock.draft: (_D, _D, _D),
        Clock.offer: (5 * _M, 10 * _M, 4 * _H),
        Clock.see: (5 * _M, 10 * _M, 4 * _H),
        Clock.answer: (15 * _M, 30 * _M, _D),
        Clock.choose: (5 * _M, 15 * _M, 4 * _H),
        Clock.connect: (10 * _M, 30 * _M, _D),
        Clock.gather: (3 * _M, 3 * _M, 10 * _M),
        Clock.depart: (30 * _M, _H, _D),
        Clock.arrive: (30 * _M, 30 * _M, 30 * _M),  # beyond what was said when they left
        Clock.engage: (30 * _M, _H, 4 * _H),
        Clock.follow_up: (_D, _D, _D),
        Clock.late_follow_up: (2 * _D, 2 * _D, 2 * _D),
        Clock.acknowledge: (5 * _M, 5 * _M, _H),
        Clock.retry: (15 * _M, 30 * _M, 4 * _H),
        Clock.hold: (15 * _M, 30 * _M, _D),
    }.items()
}

# Which clock runs where. A state that is not here waits for nobody.
RUNS: Mapping[Referral, Clock] = {
    Referral.draft: Clock.draft,
    Referral.ready: Clock.offer,
    Referral.offering: Clock.answer,
    Referral.matched: Clock.connect,
    Referral.connecting: Clock.gather,
    Referral.handed_off: Clock.depart,
    Referral.travelling: Clock.arrive,
    Referral.arrived: Clock.engage,
    Referral.engaged: Clock.follow_up,
    Referral.follow_up: Clock.late_follow_up,
    Referral.returned: Clock.acknowledge,
    Referral.unplaced: Clock.retry,
}
OFFER_RUNS: Mapping[Offer, Clock] = {
    Offer.sent: Clock.answer,
    Offer.seen: Clock.answer,
    Offer.waitlisted: Clock.answer,
    Offer.conditionally_accepted: Clock.choose,
}
HOLD_RUNS: Mapping[Hold, Clock] = {Hold.held: Clock.hold}
CONSENT_LASTS = 15 * _D


class Stage(StrEnum):
    """How far a clock has run."""

    armed = "armed"
    reminded = "reminded"  # at half
    next_channel = "next_channel"  # at three quarters
    over = "over"


_AT = ((Stage.over, 1.0), (Stage.next_channel, 0.75), (Stage.reminded, 0.5))


@dataclass(frozen=True, slots=True)
class Timer:
    """One armed clock."""

    clock: Clock
    since: datetime
    until: datetime

    def stage(self, now: datetime) -> Stage:
        """How far it has run by then."""
        whole, gone = (self.until - self.since).total_seconds(), (now - self.since).total_seconds()
        return next((stage for stage, part in _AT if gone >= part * whole), Stage.armed)

    def next_at(self, now: datetime) -> datetime | None:
        """When it has something to do again; None once it is over."""
        whole = self.until - self.since
        return min((at for _, part in _AT if (at := self.since + part * whole) > now), default=None)


Clocks = Mapping[Clock, Mapping[Urgency, timedelta]]


def armed(clock: Clock, urgency: Urgency, now: datetime, clocks: Clocks = DEFAULTS) -> Timer:
    """That clock, from now on; what an agency has not set runs as it does everywhere."""
    span = clocks.get(clock, {}).get(urgency) or DEFAULTS[clock][urgency]
    return Timer(clock, now, now + span)
