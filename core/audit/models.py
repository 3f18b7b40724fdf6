"""What was read and written of person data, by whom, and when: rows that are only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from core.tables import Table, text


class AuditEntry(Table, table=True):
    """One act. It names rows and columns, never what stands in them."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_type=DateTime(timezone=True))
    act: str = text()
    table: str = text()
    row_id: UUID | None = None
    columns: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    person_id: UUID | None = None
    key_id: UUID | None = None
    agency_id: UUID | None = Field(default=None, index=True)
    reason: str | None = text()


class AuditSeal(Table, table=True):
    """The entry at that place of the chain, and the hash of it and of all before it."""

    __tablename__ = "audit_seal"

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditCheckpoint(Table, table=True):
    """Up to that place entries were purged; the chain goes on from its hash."""

    __tablename__ = "audit_checkpoint"

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_type=DateTime(timezone=True))
