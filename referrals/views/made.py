"""A person who is to be passed on, as whoever refers them says it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from referrals.rules.case import Mode, Pattern
from referrals.rules.deadlines import Urgency
from referrals.views.codes import Attribute, Kind, Language, Line


class AgeBand(StrEnum):
    """As much of an age as is said before somebody accepts."""

    child = "child"  # under 12
    teen = "teen"  # 12 to 17
    young_adult = "young_adult"  # 18 to 24
    adult = "adult"  # 25 to 64
    older_adult = "older_adult"


class Refuses(StrEnum):
    """What the person does not want, whatever fits otherwise."""

    locked = "locked"  # no place that can hold them against their will
    police = "police"  # nothing on the way that may bring police


class PersonIn(BaseModel):
    """Who the person is: sealed, and apart from all else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line | None = Field(default=None, repr=False)
    birth_date: date | None = Field(default=None, repr=False)
    contact: Line | None = Field(default=None, repr=False, description="how they are reached")
    note: Annotated[str, StringConstraints(max_length=1_000)] | None = Field(default=None, repr=False)


class ReferralIn(BaseModel):
    """A person to be passed on. Of a survivor nothing but codes is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urgency: Urgency = Urgency.urgent
    mode: Mode = Mode.warm
    pattern: Pattern = Pattern.cascade
    width: Annotated[int, Field(ge=1, le=10, description="how many are asked at once, where several are")] = 1
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=10, description="kinds of service, any of them")]
    age_band: AgeBand | None = None
    languages: Annotated[list[Language], Field(max_length=5)] = []
    access: Annotated[list[Attribute], Field(max_length=15, description="attributes that must be stated yes")] = []
    refuses: Annotated[list[Refuses], Field(max_length=2)] = []
    latitude: Annotated[float | None, Field(ge=-90, le=90, description="kept to about a kilometre")] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    survivor: bool = Field(default=False, description="nothing is kept that says who they are, and all of it briefly")
    follows: UUID | None = Field(default=None, description="one of yours that ended no more than 30 days ago")
    person: PersonIn | None = None
