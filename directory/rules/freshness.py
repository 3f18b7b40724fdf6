"""How far what we say may be trusted: by when it was last confirmed, and how quickly such facts go stale."""

from collections.abc import Iterable
from datetime import datetime, timedelta

BEDS = timedelta(hours=2)
CRISIS = timedelta(days=90)
OTHER = timedelta(days=365)
# What people in crisis are sent to goes stale soonest.
_CRISIS_FAMILIES = ("LINE.", "MOBILE.", "SITE.", "HARM.", "DV.")


def check_every(kinds: Iterable[str]) -> timedelta:
    """How long a confirmation of hours and phones of such a service holds."""
    return CRISIS if any(kind.startswith(_CRISIS_FAMILIES) for kind in kinds) else OTHER


def capacity_expires(as_of: datetime) -> datetime:
    """Until when a count of free places may be shown as a number."""
    return as_of + BEDS
