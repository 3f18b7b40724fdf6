"""A passage as the person sees it, by the code on their paper: in codes, which each page says in its language."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from directory import PoliceSaid
from referrals.rules.case import Purpose
from referrals.rules.machines import Offer, Referral
from referrals.views import said
from referrals.views.mandated import MandatedView
from referrals.views.police import PoliceView
from referrals.views.shown import DisclosureView, TimerView, View

OF_PERSON: tuple[type[said.Said], ...] = (
    said.PersonDeclinesIn, said.StopIn, said.RevokeIn, said.ChooseIn, said.ArriveIn, said.ReportIn,
)  # fmt: skip


class CodeIn(BaseModel):
    """The code on the paper. In the body alone: what stands in an address is written down on the way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: SecretStr = Field(max_length=80)


class AskedView(View):
    """A place that was asked, or has the person; with what is known of police there, by source and date."""

    offer_id: UUID
    service: str
    organization: str
    status: Offer
    has_you: bool
    may_be_chosen: bool = Field(description="it said yes, and whatever place it keeps is still kept")
    police: PoliceSaid | None


class AgreedView(View):
    """What the person agreed to, where it stands."""

    fields: list[str]
    purpose: Purpose
    until: datetime | None


class MineView(View):
    """Where it stands, who answers, who was told what, what comes next; and what the person may say."""

    status: Referral
    reason: str | None
    language: str | None
    zone: str = Field(description="in which times are said")
    now: datetime
    made_at: datetime
    ended_at: datetime | None
    answers: str | None = Field(description="who answers for the person now; nobody once it has ended")
    next: TimerView | None
    agreed: AgreedView | None
    told: list[DisclosureView]
    asked: list[AskedView]
    police: list[PoliceView] = Field(description="who asked for police, why, and what came of it")
    mandated_reports: list[MandatedView] = Field(description="what a law bade somebody to report, where you were told")
    may: list[str]
