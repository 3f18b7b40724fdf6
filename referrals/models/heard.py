"""What goes out by text message, and what was heard from the gateway that brings the replies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at, octets


class OfferText(Table, table=True):
    """The code by which one number answers an offer. Both are keyed; `tries`: wrong codes from that number since.

    `letter_id`: what brings it there.
    """

    __tablename__ = "offer_text"
    __table_args__ = (
        ForeignKeyConstraint(
            ["offer_id", "referral_id"], ["offer.id", "offer.referral_id"], ondelete="CASCADE",
            name="fk_offer_text_offer_id_offer",
        ),
    )  # fmt: skip

    offer_id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    agency_id: UUID
    number_blind: bytes | None = Field(default=None, sa_column=octets(index=True))
    code_hash: bytes | None = Field(default=None, sa_column=octets(unique=True))
    language: str = text()
    tries: int
    made_at: datetime = Field(sa_column=at())
    letter_id: UUID | None = None


class GatewayMessage(Table, table=True):
    """A message that was heard; `id` is made from the gateway's own, so that a second time has no effect."""

    __tablename__ = "gateway_message"

    id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_column=at())
