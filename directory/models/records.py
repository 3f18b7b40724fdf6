"""Where rows came from, and what a batch did with each."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, DateTime, Identity, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from core.tables import Table, text


class ImportRun(Table, table=True):
    """One batch: which source, when, and how many rows met which fate."""

    __tablename__ = "import_run"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    source: str = text()
    format: str = text()
    digest: str = text()
    started_at: datetime = Field(sa_type=DateTime(timezone=True))
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class ImportEntry(Table, table=True):
    """What a batch did with one row. `detail` may quote the row, so a place made confidential empties it."""

    __tablename__ = "import_entry"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    run_id: UUID = Field(foreign_key="import_run.id", index=True, ondelete="CASCADE")
    outcome: str = text()
    path: str = text()
    object_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    why: str | None = text()
    detail: str | None = text()
