"""Who answers for a service when somebody is referred to it, and what is known that a person may refuse."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Answering(BaseModel):
    """A service as a referral needs it.

    `agency_id`: the agency that has proven the listing to be its own; None where nobody has. `police`: the level that
    it counts as, from 0 to 5, not stated as 3; `voluntary`: whether nobody is held there, None where it is not stated.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    organization: str
    agency_id: UUID | None
    police: int
    police_stated: bool
    voluntary: bool | None


class PoliceSaid(BaseModel):
    """What is said of police there, with source and date. `counts_as`: from 0 to 5, not stated and too old as 3."""

    model_config = ConfigDict(frozen=True)

    level: str
    counts_as: int
    source: str | None
    stated_on: date | None
