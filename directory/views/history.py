"""What an edit comes to, and the history of edits."""

from datetime import date, datetime
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class EditedView(_View):
    """What became of a change. `version` is what the next one has to name."""

    id: UUID = Field(description="of the organization, service or place")
    version: str
    change_id: UUID | None = Field(description="its entry in the history; none where nothing was different")
    pending: UUID | None = Field(
        default=None, description="a police level would fall by it: nothing has changed until a second person confirms"
    )


class FieldView(_View):
    """One field before and after, each as JSON. Without a field it is the whole row: added, or taken away."""

    table: str
    row_id: UUID
    field: str | None
    before: str | None
    after: str | None
    forgotten: bool = Field(description="it might have said where a confidential place is")

    @field_validator("before", "after", mode="before")
    @classmethod
    def _as_json(cls, value: object) -> str | None:
        return None if value is None else orjson.dumps(value).decode()


class ChangeView(_View):
    """One act: who, when, and what it changed."""

    id: UUID
    act: str
    at: datetime
    person_id: UUID | None
    key_id: UUID | None
    agency_id: UUID | None
    undoes: UUID | None
    undone_by: UUID | None
    fields: list[FieldView]


class PoliceFallView(_View):
    """A change by which a police level would fall, and what became of it."""

    id: UUID
    service_id: UUID
    act: str
    level_from: str
    level_to: str
    source: str | None
    stated_on: date | None
    state: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    fields: list[FieldView]
