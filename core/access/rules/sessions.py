"""How long somebody stays signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# On one's own device a shift; where others sit down next, as long as it takes to fetch a coffee.
OWN, SHARED = timedelta(hours=12), timedelta(hours=2)
IDLE_OWN, IDLE_SHARED = timedelta(hours=4), timedelta(minutes=10)
# A request soon after the last need not be written down.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """When a sign-in ends, whatever is done, and how long nothing may be done."""

    ends: timedelta
    idle: timedelta


def lasting(*, shared: bool) -> Lasting:
    """`shared`: others use this computer."""
    return Lasting(SHARED, IDLE_SHARED) if shared else Lasting(OWN, IDLE_OWN)


def is_over(*, seen_at: datetime, ends_at: datetime, ended_at: datetime | None, shared: bool, now: datetime) -> bool:
    """Whether a sign-in opens nothing any more."""
    return ended_at is not None or now >= ends_at or now - seen_at >= lasting(shared=shared).idle
