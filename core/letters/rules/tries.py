"""When a letter is tried again, and when no more."""

from datetime import timedelta

TRIES = 20  # three days: a weekend with a dead mail server loses nothing
LEASE = timedelta(minutes=5)  # longer than any transport takes
_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=6)


def pause(tries: int) -> timedelta | None:
    """How long to wait after so many tries (1 or more) came to nothing; None: that was the last."""
    if tries >= TRIES:
        return None
    doublings = min(tries - 1, 16)  # an interval has an end, a power has none
    return min(_FIRST * (1 << doublings), _LONGEST)
