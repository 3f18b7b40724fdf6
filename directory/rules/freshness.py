"""How far what we say may be trusted: by when it was last confirmed, and how quickly such facts go stale."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

BEDS = timedelta(hours=2)
CRISIS = timedelta(days=90)
OTHER = timedelta(days=365)
# What people in crisis are sent to goes stale soonest.
_CRISIS_FAMILIES = ("LINE.", "MOBILE.", "SITE.", "HARM.", "DV.")


class Freshness(StrEnum):
    fresh = "fresh"
    stale = "stale"
    not_confirmed = "not_confirmed"


def check_every(kinds: Iterable[str]) -> timedelta:
    """How long a confirmation of hours and phones of such a service holds."""
    return CRISIS if any(kind.startswith(_CRISIS_FAMILIES) for kind in kinds) else OTHER


def freshness(confirmed_at: datetime | None, now: datetime, every: timedelta) -> Freshness:
    """How far a responder may trust what we say about availability."""
    if confirmed_at is None:
        return Freshness.not_confirmed
    return Freshness.fresh if now < confirmed_at + every else Freshness.stale


def capacity_expires(as_of: datetime) -> datetime:
    """Until when a count of free places may be shown as a number."""
    return as_of + BEDS
