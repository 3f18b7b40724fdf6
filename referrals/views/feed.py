"""Events as they are told of: codes and ids, never who the person is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from referrals.rules.webhooks import Told
from referrals.views.shown import View


class NewsView(View):
    """Something happened to a referral. Who wants to know more reads the referral."""

    event: str = Field(description="its id, the same wherever it is told of")
    referral_id: UUID
    version: int = Field(description="of the referral, after it")
    of: str = Field(description="what moved: referral, offer, hold or consent")
    verb: str
    to: str = Field(description="the state it is in now")
    at: datetime

    @classmethod
    def of_event(cls, told: Told) -> "NewsView":
        """The same, shown."""
        return cls(
            event=told.name, referral_id=told.referral_id, version=told.version, of=told.of, verb=told.verb,
            to=told.to, at=told.at,
        )  # fmt: skip


class FeedView(View):
    """What your agency has not yet seen. Each event at least once, none left out."""

    events: list[NewsView]
    cursor: str = Field(description="where to go on")
    more: bool = Field(description="whether there is more already")
    reset: bool = Field(description="the cursor was of another database: read your inbox and outbox anew")


class Kind(StrEnum):
    """What an update is."""

    ready = "ready"  # from here on
    news = "news"
    alive = "alive"  # nothing has happened for a while
    reset = "reset"  # the cursor was of another database, and the end


class UpdateView(View):
    """What is told to whoever listens."""

    kind: Kind
    events: list[NewsView] = Field(default_factory=list)
    cursor: str = Field(description="where to go on after an interruption, with nothing left out")
