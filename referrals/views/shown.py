"""What is shown of a referral. Before an offer is accepted nobody but the referrer sees who the person is."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referrals.rules.case import Mode, Pattern, Purpose
from referrals.rules.deadlines import Clock, Stage, Urgency
from referrals.rules.machines import Actor, Consent, Offer, Referral


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class TimerView(View):
    """What is waited for, and until when."""

    clock: Clock
    since: datetime
    until: datetime


class AccountableView(View):
    """Who answers for the person now: the agency that refers, or the service that took them on."""

    agency_id: UUID | None
    service_id: UUID | None
    name: str | None


class OfferView(View):
    """One service that was asked."""

    id: UUID
    referral_id: UUID
    service_id: UUID
    service: str
    agency_id: UUID | None = Field(description="the agency that answers for it here; none: by phone, text or a link")
    place: int | None = Field(description="which of those asked, from 1; for whoever refers")
    round: int | None
    status: Offer
    reason: str | None
    position: int | None = Field(description="on its waiting list")
    note: str | None = Field(default=None, description="what a manager said of a no; for those of whoever refers")
    timer: TimerView | None
    may: list[str] = Field(description="what you may say of it now")


class ConsentView(View):
    """What the person agreed to."""

    id: UUID
    status: Consent
    fields: list[str]
    purpose: Purpose
    services: list[UUID] = Field(description="none named: any that takes part")
    until: datetime | None
    how: str
    language: str
    notice: str
    may_contact: bool


class NoticeText(View):
    """The notice in one language."""

    language: str
    text: str


class GivenView(View):
    """What the person agreed to when they let you know who they are, and the notice that goes with it."""

    how: str
    purpose: Purpose = Field(description="what it may be used for, and nothing else")
    fields: list[str]
    until: datetime | None
    notice: str = Field(description="the version of the notice")
    notice_texts: list[NoticeText]


class PersonView(View):
    """Who the person is, as far as you may know."""

    name: str | None = None
    birth_date: str | None = None
    contact: str | None = None
    note: str | None = None
    basis: str = Field(description="why you see it: yours, or the consent that it was disclosed under")
    given: GivenView | None = Field(default=None, description="what binds you, where it was disclosed to you")


class DisclosureView(View):
    """Who was told what, when, on which basis."""

    to_service_id: UUID
    to_service: str
    fields: list[str]
    basis: str
    notice: str
    at: datetime


class PassedOverView(View):
    """A service that was not asked, and why."""

    service_id: UUID
    service: str
    reason: str
    at: datetime


class NextBestView(View):
    """A service that might still be tried. `reason`: why it is no more than that; null, where it fits now."""

    service_id: UUID
    service: str
    reason: str | None
    ask: list[str] = Field(description="what to ask there before relying on it")
    opens_at: datetime | None = Field(description="of one that is closed: its next certain opening")


class EventView(View):
    """One line of the history."""

    version: int
    of: str
    subject_id: UUID
    verb: str
    start: str | None
    to: str
    by: Actor
    channel: str
    reason: str | None
    at: datetime


# What it takes to decide whether to take somebody. Everything else is told after a yes.
_TO_DECIDE = frozenset({
    "id", "agency_id", "status", "version", "urgency", "mode", "kinds", "age_band", "languages", "access", "refuses",
    "latitude", "longitude", "may", "offers",
})  # fmt: skip


class ReferralView(View):
    """A person's passage, as its two sides see it. Need, age band, language, access and area are all that is said.

    What is null besides, whoever was asked is told once they have accepted.
    """

    id: UUID
    agency_id: UUID
    status: Referral
    version: int
    urgency: Urgency
    mode: Mode
    pattern: Pattern | None
    width: int | None
    kinds: list[str]
    age_band: str | None
    languages: list[str]
    access: list[str]
    refuses: list[str]
    latitude: float | None
    longitude: float | None
    survivor: bool | None
    accountable: AccountableView | None
    on_duty: UUID | None
    winner: UUID | None = Field(description="the offer that has the person")
    timer: TimerView | None
    stage: Stage | None
    escalations: int | None
    police_told: bool | None
    handoff: Mode | None = Field(description="how responsibility passed; cold ones are counted apart")
    disputed: bool | None
    follows: UUID | None = Field(description="the one that this takes up again, where it is yours")
    reason: str | None
    made_at: datetime | None
    ended_at: datetime | None
    may: list[str] = Field(description="what you may say of it now")
    offers: list[OfferView]
    consents: list[ConsentView]
    passed_over: list[PassedOverView]

    def to_decide(self) -> Self:
        """As whoever was asked sees it before they accept: what is named above, and of the rest nothing."""
        rest = dict.fromkeys(ReferralView.model_fields.keys() - _TO_DECIDE)
        offers = [one.model_copy(update={"place": None, "round": None}) for one in self.offers]
        return self.model_copy(update={**rest, "consents": [], "passed_over": [], "offers": offers})
