"""Whom a service can be reached by and where it serves: areas, radius, and what each way there may bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.rows.material import Material, Said
from directory.rows.ways import Way, id_of
from directory.rules.police import (
    MAY_CALL,
    Path,
    above,
    attribute_floor,
    floor,
    highest,
    most_exposed,
    path,
    rank,
)

_LOCAL, _STATE, _NATION, _VAGUE = range(4)


@dataclass(frozen=True, slots=True)
class Covers:
    """The areas served, as the search knows them. `reach`: from local to not known, for the order of lines."""

    areas: tuple[int, ...]
    nationwide: bool
    radius_m: int | None
    unknown: bool
    reach: int


def covers(material: Material, service: Said, at: Said | None, *, must_say: bool) -> Covers:
    """Where a service serves; `must_say`: nothing stated means that nobody knows, instead of whoever comes."""
    stated = material.of("service_area", id_of(at)) or material.of("service_area", service["id"])
    found = [material.areas[area["id"]] for area in stated]
    nationwide = any(one.nation for one in found)
    radius = max((one.radius_m for one in found if one.radius_m is not None), default=None)
    unknown = any(one.unknown for one in found) or (must_say and not found)
    statewide = any(area["extent_type"] == "state" for area in stated)
    return Covers(
        areas=tuple(dict.fromkeys(number for one in found for number in one.ids)),
        nationwide=nationwide,
        radius_m=radius,
        unknown=unknown,
        reach=_VAGUE if unknown else _NATION if nationwide else _STATE if statewide else _LOCAL,
    )


def paths(of_service: Sequence[Said], ways: Sequence[Way], kinds: Sequence[str], yes: Sequence[str]) -> list[Path]:
    """The path by each way, and last the one through the door."""
    brought = [level for level in (floor(kinds), attribute_floor(yes)) if level is not None]
    found = []
    for way in ways:
        own = floor([way.shown["kind"]])
        levels = [*brought, own] if own else brought
        claims = _claims([*of_service, *way.disclosures])
        found.append(path(claims, brought=highest(levels) if levels else None))
    found.append(path(_claims(of_service), brought=highest(brought) if brought else None))
    return found


def level_of(one: Path) -> str:
    """The level of a path as it is shown: not stated unless what is known is higher."""
    if one.sure_until is None:
        return highest(["PU", f"P{one.known}"])
    return f"P{one.known}"


def police(
    of_service: Sequence[Said], ways: Sequence[Way], kinds: Sequence[str], yes: Sequence[str], *, door: bool
) -> dict[str, Any]:
    """The highest level on any way to this service, with the source and date of that very claim.

    What ways in promise is their own promise: of a service that states none it is not stated, whichever ways are left.
    """
    said = [*of_service, *(row for way in ways for row in way.disclosures)]
    levels = [row["level"] for row in said]
    unsaid = door or not all(way.disclosures for way in ways)
    if not of_service and (unsaid or rank(highest(levels)) < MAY_CALL):
        levels.append("PU")
    level = highest(levels)
    brought = [b for b in (floor([*kinds, *(way.shown["kind"] for way in ways)]), attribute_floor(yes)) if b]
    if brought and above(highest(brought), level):
        level = highest(brought)  # no page claimed this: it follows from what the service is
    claim = claim_of(said, level)
    return {
        "level": level,
        "source": claim and claim["source"],
        "stated_on": claim and claim["stated_on"] and claim["stated_on"].isoformat(),
        "note": claim and claim["note"],
        "tracing": most_exposed(row["tracing"] for row in said),
        "recording": most_exposed(row["recording"] for row in said),
        "confirmed_by": claim and claim["confirmed_by"],
    }


def claim_of(said: Sequence[Said], level: str) -> Said | None:
    """The claim that says so; None of a level that follows from what a service is."""
    return next((row for row in said if row["level"] == level), None)


def oldest(level: str, known: Sequence[Path]) -> date | None:
    """The day after which the level shown counts for more; None when it does not."""
    if rank(level) >= rank("P3"):
        return None
    days = [one.sure_until for one in known]
    return None if None in days else min((day for day in days if day is not None), default=None)


def _claims(rows: Sequence[Said]) -> list[tuple[str, date | None]]:
    return [(row["level"], row["stated_on"]) for row in rows]
