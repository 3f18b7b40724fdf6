"""Breaking the glass: who may look into another agency in an emergency, why, and for how long."""

from datetime import datetime, timedelta

LONGEST = timedelta(minutes=60)
SHORTEST_REASON, LONGEST_REASON = 10, 500


def reason_of(said: str) -> str | None:
    """The reason on one line; None of what is none: too short to say anything, or too long to be read."""
    reason = " ".join(said.split())
    return reason if SHORTEST_REASON <= len(reason) <= LONGEST_REASON else None


def ends_at(minutes: int, now: datetime) -> datetime | None:
    """When it ends by itself; None where that would be too late, or at once."""
    lasts = timedelta(minutes=max(0, min(minutes, 10_000)))
    return now + lasts if timedelta(0) < lasts <= LONGEST else None


def is_over(*, ends_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether it opens nothing any more."""
    return ended_at is not None or now >= ends_at
