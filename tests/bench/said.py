"""What generated services say of themselves: kinds, languages, ways in, areas, words. Skewed as real ones are."""

import math
from collections.abc import Mapping
from datetime import date
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


def disclosures(random: Random) -> list[dict[str, Any]]:
    """Police: mostly not stated."""
    if random.random() < 0.6:
        return []
    return [
        {
            "level": random.choice(("P0", "P1", "P1", "P2", "P3", "P4")),
            "source": "https://example.org/policy",
            "stated_on": date(2026, 3, 1),
            "note": None,
            "tracing": "not_stated",
            "recording": "not_stated",
            "confirmed_by": None,
        }
    ]


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
