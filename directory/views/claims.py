"""What is said of claims: never a code, and of what a listing publishes only as much as one knows it by."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from directory.rules.claims import State, Way


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ClaimChoice(View):
    """An address or a number that the listing publishes, to which a letter can go."""

    id: str
    way: Way
    masked: str = Field(description="as `f***@example.org` or `***-**01`")
    of: str = Field(description="the organization or the service that publishes it")


class ClaimView(View):
    """An agency says that a listing is its own."""

    id: UUID
    organization_id: UUID
    organization: str
    agency_id: UUID
    agency: str
    way: Way
    state: State = Field(description="`asked` by a letter, `held` for a steward, `proven`, `refused` or `ended`")
    tries_left: int = Field(description="how many codes may still be typed")
    asked_at: datetime
    ends_at: datetime | None = Field(description="until when the letter can be answered")
    decided_at: datetime | None
    reason: str | None = Field(description="what a steward said, or whoever ended it")


class ClaimOffer(View):
    """What the link in a letter asks: whether that agency answers for that listing."""

    id: UUID
    agency: str
    organization: str
    ends_at: datetime
