"""Corrections: what is proposed, and what is shown of it to whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from directory.rules.corrections import LONGEST, LONGEST_CONTACT, About, Part, State


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class CorrectionIn(BaseModel):
    """Something of a listing is not right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: About
    id: UUID = Field(description="of the organization, the service or the location")
    part: Part
    says: Annotated[str, StringConstraints(max_length=LONGEST)] = Field(description="what it should say")
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)] | None = Field(
        default=None, description="for the steward alone"
    )
    source_url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)] | None = Field(
        default=None, description="a page that says so"
    )
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_CONTACT)] | None = Field(
        default=None, description="how to reach you with a question; kept sealed, shown to a steward, then forgotten"
    )


class CorrectionTaken(View):
    """A correction waits for a steward."""

    id: UUID
    asked_at: datetime


class CorrectionView(View):
    """What was proposed, and what became of it."""

    id: UUID
    about: About
    organization_id: UUID | None
    service_id: UUID | None
    location_id: UUID | None
    name: str | None = Field(description="what the listing is called")
    part: Part
    says: str
    now: str | None = Field(description="what stands there, of a part that is written as it is said")
    note: str | None = Field(description="for the steward, and whoever wrote it")
    source_url: str | None
    has_contact: bool
    contact: str | None = Field(description="shown to a steward who asks for this one")
    state: State
    asked_at: datetime
    decided_at: datetime | None
    reason: str | None


class Correctable(View):
    """A service that somebody wants to correct."""

    id: UUID
    name: str
    organization: str
    address_hidden: bool
