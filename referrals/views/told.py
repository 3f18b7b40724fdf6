"""The list of who was told what, for an agency that is asked for it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from referrals.rules.case import Purpose
from referrals.rules.machines import Consent
from referrals.views.shown import DisclosureView, View


class DisclosedIn(BaseModel):
    """Of which time, and how far it was shown already."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: AwareDatetime | None = Field(default=None, description="all from then on; without it, from the first")
    until: AwareDatetime | None = Field(default=None, description="and before then")
    limit: Annotated[int, Field(ge=1, le=200)] = 100
    cursor: Annotated[str | None, Field(max_length=200, description="`next` of an earlier answer")] = None


class AgreedScope(View):
    """What the person had agreed to when they were told. `status`: where that stands now."""

    id: UUID
    status: Consent
    how: str
    purpose: Purpose
    fields: list[str]
    services: list[UUID] = Field(description="none named: any that takes part")
    until: datetime | None
    made_at: datetime


class DisclosedView(DisclosureView):
    """Who was told what, when, on which basis; of whom, their referral says."""

    id: UUID
    referral_id: UUID
    to_agency_id: UUID | None
    consent: AgreedScope


class DisclosedPage(View):
    """Oldest first."""

    disclosures: list[DisclosedView]
    next: str | None = Field(description="cursor of the next page")
