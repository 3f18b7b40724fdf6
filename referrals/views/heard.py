"""Asking by text message, and what the gateway brings back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from referrals.rules.replies import Reply
from referrals.views.shown import View

Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+[1-9][0-9]{6,14}$")]


class Spoken(StrEnum):
    """A language in which letters are written."""

    en = "en"
    es = "es"


class TextIn(BaseModel):
    """To which number, in which language. The code in it is good from that number alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Number = Field(repr=False, examples=["+13035550101"])
    language: Spoken = Spoken.en


class TextView(View):
    """That an offer is asked by text message; a former code of it ends."""

    offer_id: UUID
    until: datetime


class TextAsked(View):
    """The same with what the message says, for whoever writes it."""

    offer_id: UUID
    until: datetime
    zone: str
    now: datetime
    code: str = Field(repr=False)


class Heard(View):
    """A message that the gateway has signed. `id`: its own, which is the same however often it is brought."""

    id: str
    number: str = Field(repr=False)
    channel: Literal["text", "keypad"]
    reply: Reply | None = Field(repr=False, description="none: it says neither yes nor no, or to what")


class Outcome(StrEnum):
    """What came of it."""

    accepted = "accepted"
    declined = "declined"
    full = "full"
    late = "late"
    unknown = "unknown"
    unreadable = "unreadable"
    again = "again"  # heard before, and done nothing now


class Answered(View):
    """What came of it, and in which language to say so."""

    outcome: Outcome
    language: str
