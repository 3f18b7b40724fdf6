"""How long an agency lets things wait, and whom of it to tell."""

from datetime import time
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.letters import Channel
from referrals.rules.deadlines import Clock, Urgency
from referrals.views.heard import Spoken
from referrals.views.shown import View


def _zone(said: str) -> str:
    if said not in available_timezones():
        raise ValueError("write a time zone such as America/Denver")
    return said


class ContactIn(BaseModel):
    """One who is told when something waits, in their order. Supervisors are told where nobody has answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)] = Field(repr=False)
    supervisor: bool = False
    language: Spoken = Spoken.en
    quiet_from: time | None = Field(default=None, description="from then on reminders wait, and all that is routine")
    quiet_to: time | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(default=None, examples=["America/Denver"])

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len({one is None for one in (self.quiet_from, self.quiet_to, self.zone)}) > 1:
            raise ValueError("give quiet_from, quiet_to and zone together, or none of them")
        return self


class ContactsIn(BaseModel):
    """All of them, in their order; what is not among them is told no more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contacts: Annotated[list[ContactIn], Field(max_length=20)]


class ContactView(View):
    """One of them."""

    id: UUID
    place: int
    channel: Channel
    address: str
    supervisor: bool
    language: str
    quiet_from: time | None
    quiet_to: time | None
    zone: str | None


class ClockIn(BaseModel):
    """How long one clock runs, for one urgency, in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clock: Clock
    urgency: Urgency
    lasts_s: int = Field(ge=60, le=7 * 24 * 3_600)


class ClocksIn(BaseModel):
    """All that the agency sets; what is not among them runs as it does everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clocks: Annotated[list[ClockIn], Field(max_length=60)]


class ClockView(View):
    """How long a clock runs in this agency. `own`: it has set that itself."""

    clock: Clock
    urgency: Urgency
    lasts_s: int
    own: bool
