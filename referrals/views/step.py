"""How things stand after somebody said something: to each side, what is its own to know."""

from collections.abc import Collection
from uuid import UUID

from pydantic import Field

from referrals.rules.acts.asking import ways
from referrals.rules.case import Case, OfferState
from referrals.rules.deadlines import Timer
from referrals.rules.machines import REFERRAL, Actor, Consent, Machine, Offer, Referral, S, ways_on
from referrals.rules.who import knows
from referrals.views.shown import TimerView, View


class OfferStep(View):
    """Where an offer stands."""

    id: UUID
    service_id: UUID
    status: Offer
    reason: str | None
    timer: TimerView | None
    may: list[str]


class StepView(View):
    """Where the referral stands now, and what you may say next."""

    id: UUID
    status: Referral
    version: int
    accountable_agency_id: UUID | None
    accountable_service_id: UUID | None
    on_duty: UUID | None
    winner: UUID | None = Field(description="the offer that has the person")
    timer: TimerView | None
    may: list[str] = Field(description="what you may say of it now")
    offers: list[OfferStep] = Field(description="whoever refers sees all of them, whoever was asked their own")


class Made(StepView):
    """The same, just made. `code` is for the person, on paper, and shown this once."""

    code: str


def may(machine: Machine[S], now: S, roles: Collection[Actor]) -> list[str]:
    """All that somebody with these roles may say from there."""
    return sorted({verb for role in roles for verb in ways_on(machine, now, role)})


def timer_view(timer: Timer | None) -> TimerView | None:
    """A clock as it is shown."""
    return None if timer is None else TimerView(clock=timer.clock, since=timer.since, until=timer.until)


def step(case: Case, roles: Collection[Actor], agency_id: UUID | None) -> StepView:
    """What somebody of that agency is told, who speaks in it as these."""
    refers = agency_id == case.agency_id
    told = knows(case, agency_id)
    spoken = may(REFERRAL, case.status, roles) if told else []
    if refers and any(one.status is Consent.active for one in case.consents.values()):
        spoken = sorted({*spoken, "revoke"})
    answers = case.accountable if told else None
    return StepView(
        id=case.id, status=case.status, version=case.version,
        accountable_agency_id=None if answers is None else answers.agency_id,
        accountable_service_id=None if answers is None else answers.service_id,
        on_duty=case.on_duty if refers else None, winner=case.winner if told else None,
        timer=timer_view(case.timer if told else None),
        may=spoken,
        offers=[
            _offer(case, one, roles) for one in case.offers.values()
            if refers or (one.agency_id == agency_id and one.status is not Offer.queued)
        ],
    )  # fmt: skip


def may_of(case: Case, one: OfferState, roles: Collection[Actor]) -> list[str]:
    """What they may say of that offer."""
    return sorted({verb for role in roles for verb in ways(case, one, role)})


def _offer(case: Case, one: OfferState, roles: Collection[Actor]) -> OfferStep:
    return OfferStep(
        id=one.id, service_id=one.service_id, status=one.status, reason=one.reason, timer=timer_view(one.timer),
        may=may_of(case, one, roles),
    )  # fmt: skip
