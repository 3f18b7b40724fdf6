"""An agency's addresses for webhooks, as its administrators see them. A secret is shown once, when it is drawn."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from referrals.views.shown import View


class WebhookState(StrEnum):
    """Whether an address is told of anything."""

    on = "on"
    off = "off"
    ended = "ended"


class WebhookIn(BaseModel):
    """Where your system wants to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, StringConstraints(max_length=2_000)] = Field(examples=["https://dispatch.example.org/hooks"])


class ReplayIn(BaseModel):
    """From where on to send everything again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, StringConstraints(max_length=10_000)] = Field(
        description="a cursor of the feed, of the events or of an earlier replay", examples=["1200:1200:"]
    )


class WebhookView(View):
    """An address that is told of your agency's referrals."""

    id: UUID
    url: str
    state: WebhookState
    why: str | None = Field(description="of one that is off: `gone`, where it answered 410")
    former_until: datetime | None = Field(description="how long the secret before the last rotation signs too")
    made_at: datetime
    changed_at: datetime
    ended_at: datetime | None


class WebhookSecret(WebhookView):
    """The same with its secret, which is shown this once."""

    secret: str = Field(description="whsec_ and a key in base64, as Standard Webhooks has it")


class DeliveryView(View):
    """One event on its way to an address."""

    event: str = Field(description="its `webhook-id`")
    referral_id: UUID
    verb: str
    tries: int
    due_at: datetime = Field(description="when it is tried next, where it is")
    sent_at: datetime | None
    failed: str | None = Field(description="why it is not tried again: `gave_up`, or `gone`")
    status: int | None = Field(description="what the address answered last")


class ReplayView(View):
    """What is sent again."""

    many: int
    cursor: str = Field(description="up to where")
