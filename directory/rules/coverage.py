"""Which ground a stored service area means: from HSDS's loose words to keys of areas, or that it cannot be told."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from directory.rules.names import county_fold, county_kind, fold
from directory.rules.states import by_code, by_fips, by_name, state_of

NATION = "US"
_NATION = {
    "us", "usa", "u s", "u s a", "united states", "united states of america", "the united states", "america",
    "estados unidos", "ee uu", "nationwide", "national", "nacional",
}  # fmt: skip
# What files call these; anything else (city, tribal, region, other) is a name that we cannot place.
_TYPES = {
    "country": "country", "nation": "country", "national": "country", "nationwide": "country",
    "state": "state", "province": "state", "state_province": "state", "territory": "state", "estado": "state",
    "county": "county", "counties": "county", "parish": "county", "borough": "county", "condado": "county",
    "municipio": "county", "county_fips": "county",
    "zip": "zip", "zips": "zip", "zipcode": "zip", "zip_code": "zip", "zip_codes": "zip", "zipcodes": "zip",
    "postal_code": "zip", "postalcode": "zip", "postcode": "zip", "postal_codes": "zip",
    "radius": "radius", "geojson": "geojson",
}  # fmt: skip
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?")
_SOME_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?\b")
_FIPS = re.compile(r"(?:\d{7}US|US-?)?(\d{5})")
_STATE_FIPS = re.compile(r"(?:\d{7}US|US-?)?(\d{2})")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")
_METRES = {"": 1.0, "m": 1.0, "metres": 1.0, "meters": 1.0, "km": 1_000.0, "mi": 1_609.344, "mile": 1_609.344,
           "miles": 1_609.344}  # fmt: skip
_FARTHEST = 2_000_000
_COUNTY_WORD = re.compile(r"\b(county|parish|borough|census area|municipio)\b")


class County(NamedTuple):
    """A county by its name, to be looked up; `kind` tells St. Louis city from St. Louis County."""

    folded: str
    state: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """What an area means: keys of known areas, counties to be looked up, a reach; `unknown`: or something else too."""

    keys: tuple[str, ...] = ()
    counties: tuple[County, ...] = ()
    radius_m: int | None = None
    unknown: bool = False


_Read = Callable[[str], "Named | None"]
UNKNOWN = Named(unknown=True)


def drawn_key(extent: str) -> str:
    """The key of a drawn area: the same drawing is the same area, whoever uses it."""
    return "drawn:" + hashlib.sha256(extent.encode()).hexdigest()


def area_key(extent_type: str | None, extent: str | None, name: str | None) -> Named:
    """Which ground is meant. Where a part of it cannot be told, `unknown` is set beside what can."""
    stated = extent_type is not None and extent_type.strip() != ""
    kind = _kind(extent_type)
    if kind == "geojson":
        return Named(keys=(drawn_key(extent),)) if extent else UNKNOWN
    if stated and kind is None:
        return UNKNOWN
    read = _READ[kind]
    said = [_all(text, read) for text in (extent, name) if text and text.strip()]
    # An extent that nobody can read may have a name that everybody can.
    return next((one for one in said if not one.unknown), said[0] if said else UNKNOWN)


def tells_where(extent_type: str | None, extent: str | None, name: str | None) -> bool:
    """Whether an area gives away where the house is that it is said of: its ZIPs, or so many miles around it.

    Counties, states and drawn areas do not; how small a drawn one may be is asked elsewhere.
    """
    kind = _kind(extent_type)
    if kind is not None:
        return kind in {"zip", "radius"}
    return any(_SOME_ZIP.search(text) for text in (extent, name) if text)


def _country(text: str) -> Named | None:
    return Named(keys=(NATION,)) if fold(text) in _NATION else None


def _state(text: str) -> Named | None:
    number = _STATE_FIPS.fullmatch(text.strip())
    letters = re.sub(r"^US[-_ ]", "", text.strip().upper())
    bare = re.sub(r"^(?:state|commonwealth|estado) (?:of|de) | state$", "", fold(text))
    state = by_fips(number[1]) if number else state_of(letters) or by_name(text) or by_name(bare)
    return Named(keys=(f"state:{state}",)) if state else None


def _county(text: str) -> Named | None:
    if number := _FIPS.fullmatch(text.strip()):
        return Named(keys=(f"county:{number[1]}",)) if by_fips(number[1][:2]) else None
    name, state = split_state(text)
    if re.search(r"[,;|\n]", name):  # several, and the state may be only the last one's
        return None
    folded = county_fold(name)
    return Named(counties=(County(folded, state, county_kind(name)),)) if state and folded else None


def _zip(text: str) -> Named | None:
    found = _ZIP.fullmatch(text.strip())
    return Named(keys=(f"zip:{found[1]}",)) if found else None


def _radius(text: str) -> Named | None:
    found = _LENGTH.fullmatch(text.strip().lower())
    if not found or found[2] not in _METRES:
        return None
    metres = round(float(found[1][:12]) * _METRES[found[2]])
    return Named(radius_m=metres) if 0 < metres <= _FARTHEST else None


def _unsaid(text: str) -> Named | None:
    """Without a type only what can be nothing else: `Washington` is a state, a town and thirty counties."""
    if re.fullmatch(r"\s*US-[A-Za-z]{2}\s*", text):
        return _state(text)
    if _COUNTY_WORD.search(fold(text)):
        return _county(text)
    return _country(text) or _zip(text)


_READ: dict[str | None, _Read] = {
    "country": _country, "state": _state, "county": _county, "zip": _zip, "radius": _radius, None: _unsaid,
}  # fmt: skip


def split_state(text: str) -> tuple[str, str | None]:
    """A name and the state that follows it, with a comma or without: `Denver, CO`, `Denver Colorado`."""
    text = re.sub(r"[,\s]+(?:USA?|United States)\.?\s*$", "", text.strip(), flags=re.IGNORECASE) or text
    name, comma, after = text.rpartition(",")
    if comma:
        return (name.strip(), state) if (state := state_of(after)) else (text, None)
    words = text.split()
    for many in (1, 2, 3, 4):  # West Virginia before Virginia: the longest name that is a state's
        at = len(words) - many
        if at < 1:
            break
        tail = " ".join(words[at:])
        if by_name(tail) or (many == 1 and by_code(tail)):
            longer = " ".join(words[at - 1 :]) if at > 1 else ""
            at -= bool(longer and by_name(longer))
            return " ".join(words[:at]), state_of(" ".join(words[at:]))
    return text, None


def _kind(extent_type: str | None) -> str | None:
    return _TYPES.get(re.sub(r"[\s-]+", "_", (extent_type or "").strip().lower()))


def _all(text: str, read: _Read) -> Named:
    """One area, or a list of them; what can be read of a list counts, and `unknown` says that it was not all."""
    whole = read(text)
    if whole is not None:
        return whole
    for parts in _lists(text):
        found = [read(part) for part in parts]
        known = [one for one in found if one is not None]
        if known:
            return _together(known, unknown=len(known) < len(found))
    return UNKNOWN


def _lists(text: str) -> Iterator[list[str]]:
    """The text taken apart, the strictest way first."""
    if text.lstrip().startswith("["):
        try:
            read: Any = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(read, list):
            yield [str(one) for one in read] or [""]
        return
    yield from (
        parts for sign in (r"[;|\n]", r"[,;|\n]|\band\b|\by\b|&", r"[\s,;|]+") if len(parts := _cut(sign, text)) > 1
    )


def _cut(sign: str, text: str) -> list[str]:
    return [part.strip() for part in re.split(sign, text) if part.strip()]


def _together(found: list[Named], *, unknown: bool) -> Named:
    reaches = [one.radius_m for one in found if one.radius_m is not None]
    together = Named(
        keys=tuple(dict.fromkeys(key for one in found for key in one.keys)),
        counties=tuple(dict.fromkeys(county for one in found for county in one.counties)),
        radius_m=max(reaches, default=None),
    )
    return replace(together, unknown=unknown or any(one.unknown for one in found))
