"""A reply as it was given to one caller."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, LargeBinary, UniqueConstraint
from sqlmodel import Field

from core.tables import Table


class KeptReply(Table, table=True):
    """What was answered to a request of a caller; both can only be recognized, not read, and the reply is sealed."""

    __tablename__ = "kept_reply"
    __table_args__ = (UniqueConstraint("scope", "key_hash"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    scope: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # whose it is
    key_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    request: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reply: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    ends_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
