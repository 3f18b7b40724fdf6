"""What is asked: the five filters of the design's measurements, as the search has them now, from many points."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from directory import SearchInput
from tests.bench.centres import points
from tests.bench.said import WORD

PLACES = ("urban", "rural")
# Loose; kind without police; kind and a rare language; four filters that nothing meets; words. Each of these takes
# people from a community responder, but the one that is about words and tags together.
FILTERS: dict[str, dict[str, Any]] = {
    "L": {"language": "en", "from_": "community"},
    "M": {"kind": ["SHELTER.ADULT"], "police_max": "P2", "from_": "community"},
    "S": {"kind": ["SHELTER.ADULT"], "language": "ar", "from_": "community"},
    "N": {"kind": ["SHELTER.ADULT"], "language": "sw", "mode": ["tty"], "must": ["PEER_RUN"]},
    "T": {"q": WORD, "from_": "community"},
}
HOT = "M urban"
_WEDNESDAY = 2


def busy_hour(now: datetime) -> datetime:
    """The coming Wednesday, 19:00 UTC, when most doors of the nation are open: one moment for runs at any hour."""
    day = now + timedelta(days=(_WEDNESDAY - now.weekday()) % 7)
    return day.replace(hour=19, minute=0, second=0, microsecond=0)


def sets(many: int, *, at: datetime) -> dict[str, list[SearchInput]]:
    """For each filter and kind of place so many questions, nearest 20 within 80 km, open at that moment."""
    made = {}
    for place in PLACES:
        asked_from = points(Random(place), place, many)  # noqa: S311 - the same points on every run
        for name, filters in FILTERS.items():
            made[f"{name} {place}"] = [
                SearchInput(lat=latitude, lon=longitude, open=at.isoformat(), **filters)
                for latitude, longitude in asked_from
            ]
    return made
