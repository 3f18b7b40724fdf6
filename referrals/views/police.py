"""Police involvement, as it is recorded and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referrals.rules.involvement import Came, Ground, PersonTold, Tried
from referrals.rules.machines import Actor
from referrals.views.shown import View


class PoliceIn(BaseModel):
    """Somebody asked police to come. Never a rule of the system, and told to the person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ground: Ground
    tried: Annotated[list[Tried], Field(min_length=1, max_length=8, description="before that")]
    told: PersonTold = Field(description="whether the person was told before police came")
    for_person: bool = Field(default=False, description="the person asked for police, and you pass it on")


class CameIn(BaseModel):
    """What came of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Came


class PoliceView(View):
    """That somebody asked police to come. `asked_by`: as what they spoke."""

    id: UUID
    asked_by: Actor
    ground: Ground
    tried: list[Tried]
    told: PersonTold
    outcome: Came | None
    at: datetime
