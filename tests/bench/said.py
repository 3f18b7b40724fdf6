"""What generated services say of themselves: kinds, languages, ways in, areas, words. Skewed as real ones are."""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from directory.taxonomy import vocabulary

# The commonest first; whatever else the vocabulary holds follows in its order.
_COMMON = ("SITE.WALKIN", "SHELTER.ADULT", "DAY.DROPIN", "CARE.BRIDGE", "HOUSING.NAV", "MOBILE.COMM", "SITE.LIVING")
LINE_KINDS = tuple(code for code in vocabulary("kind").terms if code.startswith("LINE.") or code == "DV.LINE")
PLACE_KINDS = (*_COMMON, *(k for k in vocabulary("kind").terms if k not in {*_COMMON, *LINE_KINDS}))
_PLACE_WEIGHTS = tuple(accumulate(1 / (rank + 6) for rank, _ in enumerate(PLACE_KINDS)))

# English where anything is stated, Spanish often; the others by Zipf.
OTHER_LANGUAGES = (
    "zh", "vi", "tl", "ar", "ko", "ru", "fr", "ht", "pt", "hi", "pl", "de", "fa", "ur", "gu", "ja", "bn", "so", "am",
    "hmn", "nv", "uk", "sw",
)  # fmt: skip
_OTHER_WEIGHTS = tuple(accumulate(1 / rank for rank, _ in enumerate(OTHER_LANGUAGES, 1)))

_SENTENCES = (
    "Staff are trained in calming things down and in first aid.",
    "Nobody is turned away because they cannot pay.",
    "Showers, laundry and a place to keep belongings.",
    "A nurse is here in the evening; a doctor comes on Tuesdays.",
    "Help with papers, benefits and the way back home.",
    "Run by people who have been through it themselves.",
    "Dogs and partners may stay together.",
    "Beds are given out in the order of arrival, from five in the afternoon.",
    "Rides are arranged within the county when a team is free.",
    "For adults; families are put up two streets away.",
)
# The word that the search for words is made with: about one service in seventeen has it.
WORD = "veterans"
_FOR_SOME = "Veterans and their families have a person of their own to talk to."
_WORDED = 0.06
_CORNERS = 161
# An attribute, how often it is stated yes, and how often no.
_STATED = (
    ("FROM.COMMUNITY", 0.55, 0.1),
    ("FROM.SELF", 0.6, 0.1),
    ("FROM.988", 0.4, 0.05),
    ("FROM.POLICE", 0.3, 0.1),
    ("WALK_IN", 0.5, 0.15),
    ("VAN_DROPOFF", 0.3, 0.1),
    ("WHEELCHAIR", 0.5, 0.1),
    ("PETS", 0.15, 0.3),
    ("NO_ID", 0.4, 0.1),
    ("FREE", 0.5, 0.1),
    ("INTOXICATED_OK", 0.2, 0.2),
    ("PEER_RUN", 0.1, 0.0),
)


def uuid(random: Random) -> UUID:
    """An id that the same seed gives again."""
    return UUID(int=random.getrandbits(128), version=4)


def kind_of_place(random: Random) -> str:
    """A kind of service at a place, the common ones often."""
    return random.choices(PLACE_KINDS, cum_weights=_PLACE_WEIGHTS)[0]


def languages(random: Random) -> list[str]:
    """Nothing stated by one in four."""
    if random.random() < 0.25:
        return []
    spoken = ["en", *(["es"] if random.random() < 0.3 else [])]
    if random.random() < 0.2:
        spoken += random.choices(OTHER_LANGUAGES, cum_weights=_OTHER_WEIGHTS)
    return spoken


def ways(random: Random, service_id: UUID) -> list[dict[str, Any]]:
    """A phone nearly always, other ways less often; nothing stated by one in twelve."""
    if random.random() < 0.08:
        return []
    number = f"{random.randrange(201, 990)}-555-01{random.randrange(100):02}"
    made = [_way(random, service_id, "AP.DIRECT", ["phone"], number)]
    for kind, mode, share in (("AP.TEXT", "text", 0.15), ("AP.CHAT", "chat", 0.06), ("AP.TTY", "tty", 0.01)):
        if random.random() < share:
            made.append(_way(random, service_id, kind, [mode], number))
    if random.random() < 0.2:
        made.append(_way(random, service_id, "AP.WALKIN", ["door"], None))
    return made


def disclosures(random: Random, today: date) -> list[dict[str, Any]]:
    """Police: mostly not stated, and some of what is stated long ago."""
    if random.random() < 0.4:
        return []
    return [
        {
            "level": random.choice(("P0", "P1", "P1", "P2", "P3", "P4")),
            "source": "https://example.org/policy",
            "stated_on": today - timedelta(days=random.randrange(300)),
            "note": None,
            "tracing": "not_stated",
            "recording": "not_stated",
            "confirmed_by": None,
        }
    ]


def term(taxonomy: str, code: str, answer: str = "yes", on: date | None = None) -> dict[str, Any]:
    """One thing said of a service."""
    return {
        "taxonomy": taxonomy, "code": code, "answer": answer, "value": None, "stated_on": on, "confirmed_by": None,
    }  # fmt: skip


def attributes(random: Random, today: date) -> list[dict[str, Any]]:
    """Whom it takes people from, how they get there, and some more: yes, no, and much that is not stated."""
    on = today - timedelta(days=random.randrange(300))
    found = []
    for code, yes, no in _STATED:
        chance = random.random()
        if chance < yes + no:
            found.append(term("attribute", code, "yes" if chance < yes else "no", on))
    policy = random.random()
    if policy < 0.5:
        found.append(term("involuntary", "I0" if policy < 0.4 else random.choice(("I1", "I2", "I3")), on=on))
    return found


def ages(random: Random) -> dict[str, float | None]:
    """Adults, often; young people, sometimes; everybody, or not stated."""
    minimum, maximum = random.choices(((18.0, None), (None, None), (12.0, 24.0), (0.0, 120.0)), (5, 4, 1, 2))[0]
    return {"minimum_age": minimum, "maximum_age": maximum}


def capacities(random: Random, now: datetime) -> list[dict[str, Any]]:
    """A count of beds, from few, and often too old."""
    if random.random() > 0.04:
        return []
    as_of = now - timedelta(minutes=random.randrange(240))
    total = random.randrange(2, 40)
    return [
        {
            "unit": "bed", "free": random.randrange(total + 1), "total": total, "source": "provider", "as_of": as_of,
            "expires_at": as_of + timedelta(hours=2), "service_at_location_id": None,
        }
    ]  # fmt: skip


def description(random: Random) -> str:
    """Two to six sentences."""
    said = random.sample(_SENTENCES, random.randint(2, 6))
    return " ".join([*said, _FOR_SOME] if random.random() < _WORDED else said)


@lru_cache(maxsize=8192)
def outline(latitude: float, longitude: float) -> str:
    """The county-like shape around a point on the one-degree grid: every service there draws the same one."""
    random = Random(f"{latitude} {longitude}")  # noqa: S311 - the same shape on every run
    waves = [(random.randint(2, 9), random.uniform(0.02, 0.1), random.uniform(0, math.tau)) for _ in range(4)]
    wide = 1 / math.cos(math.radians(latitude))
    corners = []
    for n in range(_CORNERS):
        turn = math.tau * n / _CORNERS
        reach = 0.55 + sum(size * math.sin(count * turn + phase) for count, size, phase in waves)
        corners.append(
            f"{longitude + reach * wide * math.cos(turn):.5f} {latitude + reach * math.sin(turn):.5f}",
        )
    return f"SRID=4326;MULTIPOLYGON((({','.join([*corners, corners[0]])})))"


def _way(random: Random, service_id: UUID, kind: str, modes: list[str], number: str | None) -> dict[str, Any]:
    return {
        "id": uuid(random),
        "service_id": service_id,
        "service_at_location_id": None,
        "kind": kind,
        "modes": modes,
        "number": number,
        "url": None,
        "menu_path": None,
        "languages": [],
        "zone": None,
        "answered_by": None,
        "stated_on": None,
    }


Said = Mapping[str, Any]
