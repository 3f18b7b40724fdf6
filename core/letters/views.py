"""What a letter is, and what takes it along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Channel(StrEnum):
    """How a letter goes."""

    mail = "mail"
    text = "text"


class Kind(StrEnum):
    """Why a letter is written. Each has its texts in every language: KIND_subject, KIND_mail, KIND_text."""

    invitation = "invitation"  # parts: agency, role (its label), link, until (as a person reads it)
    sign_in_changed = "sign_in_changed"  # parts: when (as a person reads it), link
    break_glass = "break_glass"  # parts: agency (that looks), link, until
    claim = "claim"  # parts: agency, organization, code, link, until
    # parts: until, link
    referral_waits = "referral_waits"
    referral_reminds = "referral_reminds"
    referral_overdue = "referral_overdue"
    referral_unplaced = "referral_unplaced"
    referral_returned = "referral_returned"
    referral_refused = "referral_refused"
    referral_follows_up = "referral_follows_up"
    claim_held = "claim_held"  # parts: agency, organization, link
    offer = "offer"  # parts: code, until


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter as it leaves. What it says stays out of tracebacks."""

    id: UUID
    channel: Channel
    language: str
    made_at: datetime
    to: str = field(repr=False)
    subject: str = field(repr=False)  # empty for a text message
    body: str = field(repr=False)


class Transport(Protocol):
    """Takes letters along."""

    async def send(self, letter: Opened) -> None:
        """Hand it over; returns once somebody else answers for it.

        Raises:
            Refused, Undelivered: as they say.
        """


Transports = Mapping[Channel, Transport]


@dataclass(frozen=True, slots=True)
class HeldLetter:
    """A letter that is held back. Its mail has the Message-ID ID@HOST, by which a mail server's log shows it."""

    id: UUID
    channel: str
    kind: str
    made_at: datetime
