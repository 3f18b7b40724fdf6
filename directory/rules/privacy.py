"""Which places must never be found on a map: one vocabulary of marks, for whoever hands them in."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

CONFIDENTIAL_KINDS = frozenset({"DV.SHELTER"})
_FLAGS = frozenset(
    {
        "confidential",
        "is_confidential",
        "private",
        "is_private",
        "address_private",
        "hidden",
        "do_not_publish",
        "undisclosed",
    }
)
_NO: tuple[Any, ...] = (None, "", 0, [], {})
_SAYS_NO = frozenset({"false", "no", "n", "0", "off", "public", "not_stated"})
# Marks seen in exports of directories, in columns named for privacy or in the text of an address.
_MARK = re.compile(
    r"\b(confidential|undisclosed|not disclosed|private address|address (is )?(private|withheld|hidden|unlisted)"
    r"|withheld|unlisted address|do not publish|not for publication|direcci[oó]n (confidencial|privada)|no publicar)\b",
    re.IGNORECASE,
)
_PRIVATE_WORD = re.compile(r"\b(private|privada|privado|hidden)\b", re.IGNORECASE)
_VIOLENCE = re.compile(
    r"(domestic[\s-]+(violence|abuse)|family[\s-]+violence|sexual[\s-]+(violence|assault)|battered|violencia\s+dom[eé]stica)",
    re.IGNORECASE,
)
_SHELTER = re.compile(r"\b(shelter|safe ?house|refuge|refugio|albergue)\b", re.IGNORECASE)
_SPOKEN = ("name", "alternate_name", "description", "transportation", "notes")
# Zones so large that they give no county away.
_COARSE = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
)


def is_confidential(
    *, kinds: Iterable[str] = (), texts: Iterable[str | None] = (), names: Iterable[str | None] = ()
) -> bool:
    """Whether a place must be kept off every map.

    `kinds` are our service kinds there; `texts` what stands in its address and notes; `names` of organization, service
    and place. A violence shelter is confidential whatever else is said. In doubt it is: what was shown cannot be
    taken back.
    """
    return violence_shelter(kinds, names) or any(text and _MARK.search(text) for text in texts)


def violence_shelter(kinds: Iterable[str], names: Iterable[str | None]) -> bool:
    """Whether a service is a violence shelter by its kind, or by what it, its place and its organization are called."""
    if CONFIDENTIAL_KINDS.intersection(kinds):
        return True
    called = " ".join(name for name in names if name)
    return bool(_VIOLENCE.search(called) and _SHELTER.search(called))


def place_marked(said: Mapping[str, Any]) -> bool:
    """Whether a place, as said, is marked private: by a column, its address, a note or an attribute."""
    if _flagged(said):
        return True
    texts = [value for name, value in said.items() if name in _SPOKEN]
    addresses = said.get("addresses")
    for address in addresses if isinstance(addresses, list) else ():
        if isinstance(address, Mapping):
            texts += [value for name, value in address.items() if name != "attributes"]
            if _flagged(address) or _attributes_mark(address):
                return True
    return any(isinstance(text, str) and _MARK.search(text) for text in texts) or _attributes_mark(said)


@lru_cache(maxsize=256)
def coarse_zone(zone: str, year: int) -> str:
    """The large zone whose clocks agree with this one all this year and next; itself where none does."""
    try:
        own = _offsets(zone, year)
    except (KeyError, ValueError, OSError):
        return zone  # not a zone: whoever reads hours says so
    return next((large for large in _COARSE if _offsets(large, year) == own), zone)


@lru_cache(maxsize=256)
def _offsets(zone: str, year: int) -> tuple[timedelta | None, ...]:
    noon, named = datetime(year, 1, 1, 12, tzinfo=UTC), ZoneInfo(zone)
    return tuple((noon + timedelta(days=day)).astimezone(named).utcoffset() for day in range(731))


def _flagged(said: Mapping[str, Any]) -> bool:
    for name, value in said.items():
        if name.lower() in _FLAGS and value not in _NO and str(value).strip().lower() not in _SAYS_NO:
            return True
    return False


def _attributes_mark(said: Mapping[str, Any]) -> bool:
    attributes = said.get("attributes")
    words = " ".join(_words(attributes)) if attributes else ""
    return bool(_MARK.search(words) or _PRIVATE_WORD.search(words))


def _words(value: Any) -> list[str]:
    """Every string in it; a document nests no deeper than the reader of files allows."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [word for child in children for word in _words(child)]
