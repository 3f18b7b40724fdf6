"""A report that a law bids, as it is recorded and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referrals.rules.involvement import PersonTold
from referrals.rules.machines import Actor
from referrals.rules.mandated import Duty, Fact, Recipient
from referrals.views.shown import View


class MandatedIn(BaseModel):
    """Somebody reported what a law bids them to. It changes nothing of the referral, and waits for nothing of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipient: Recipient
    duty: Duty = Field(description="what the law bids to report")
    facts: Annotated[list[Fact], Field(min_length=1, max_length=7, description="what was told: the least that does")]
    told: PersonTold = Field(description="whether the person was told of it; if so, they see it on their page")


class MandatedView(View):
    """That somebody reported what a law bids them to. `reported_by`: as what they spoke."""

    id: UUID
    reported_by: Actor
    by_agency_id: UUID
    recipient: Recipient
    duty: Duty
    facts: list[Fact]
    told: PersonTold
    at: datetime
