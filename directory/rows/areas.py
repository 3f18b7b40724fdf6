"""What services say they cover, as the ids of areas: two statements, however many services there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from directory.rules.coverage import NATION, County, Named, area_key

_KNOWN: LiteralString = """
SELECT key, id, NULL, NULL, CASE WHEN kind = 'zip' AND geom IS NULL THEN key END FROM area WHERE key = ANY(%(keys)s)
UNION ALL
SELECT NULL, id, area.folded, area.state, area.name FROM area
JOIN unnest(%(folded)s::text[], %(states)s::text[]) AS said(folded, state) USING (folded, state)
WHERE kind = 'county'
"""
# A ZIP needs no outline to be certain for whoever gives that ZIP; its point, where we have one, is for the others.
_ADD_ZIPS: LiteralString = """
INSERT INTO area (key, kind, name, state, geom, error_m)
SELECT 'zip:' || said.zip, 'zip', said.zip, place.state,
       ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), coalesce(doorlight_zip_reach(latitude), 0)
FROM unnest(%(zips)s::text[]) AS said(zip)
LEFT JOIN LATERAL (
    SELECT * FROM place WHERE kind = 'zip' AND name = said.zip ORDER BY state LIMIT 1
) AS place ON true
ORDER BY said.zip
ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING key, id, geom IS NULL
"""
_Driver = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One service area: the areas it means, and what of it no area can say."""

    ids: tuple[int, ...]
    nation: bool
    radius_m: int | None
    unknown: bool


async def resolve(driver: _Driver, areas: Sequence[Mapping[str, Any]]) -> dict[UUID, Resolved]:
    """By the id of the service area. Drawn ones must have been drawn; ZIPs that nobody named before are added."""
    named = {area["id"]: area_key(area["extent_type"], area["extent"], area["name"]) for area in areas}
    if not named:
        return {}
    keys = {key for one in named.values() for key in one.keys}
    counties = {county for one in named.values() for county in one.counties}
    ids, found, lost = await _known(driver, keys, counties)
    new = sorted(key.removeprefix("zip:") for key in keys - ids.keys() if key.startswith("zip:"))
    if new:
        for key, area_id, nowhere in await (await driver.execute(_ADD_ZIPS, {"zips": new})).fetchall():
            ids[key] = area_id
            lost |= {key} if nowhere else set()
    return {row_id: _resolved(one, ids, found, lost) for row_id, one in named.items()}


async def _known(
    driver: _Driver, keys: Iterable[str], counties: Iterable[County]
) -> tuple[dict[str, int], Mapping[tuple[str, str], list[tuple[int, str]]], set[str]]:
    """Areas by key, counties by folded name and state, and the keys of those that we know no place of."""
    pairs = sorted({(county.folded, county.state) for county in counties})
    values = {"keys": sorted(keys), "folded": [pair[0] for pair in pairs], "states": [pair[1] for pair in pairs]}
    ids: dict[str, int] = {}
    found: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    lost: set[str] = set()
    for key, area_id, folded, state, name in await (await driver.execute(_KNOWN, values)).fetchall():
        if key is not None:
            ids[key] = area_id
            lost |= {key} if name is not None else set()
        else:
            found[folded, state].append((area_id, name))
    return ids, found, lost


def _resolved(
    one: Named,
    ids: Mapping[str, int],
    found: Mapping[tuple[str, str], Sequence[tuple[int, str]]],
    nowhere: Collection[str],
) -> Resolved:
    known = [ids[key] for key in one.keys if key in ids]
    counties = [_county(county, found.get((county.folded, county.state), ())) for county in one.counties]
    placed = [*known, *(county for county in counties if county is not None)]
    # the nation is one, with an outline or without
    lost = any((key not in ids and key != NATION) or key in nowhere for key in one.keys) or None in counties
    return Resolved(tuple(dict.fromkeys(placed)), NATION in one.keys, one.radius_m, one.unknown or lost)


def _county(said: County, found: Sequence[tuple[int, str]]) -> int | None:
    """The county of that name; where a city has the same, the word beside it decides, and without one nothing does."""
    if len(found) > 1 and said.kind is not None:
        found = [one for one in found if one[1].endswith(" city") == (said.kind == "city")]
    return found[0][0] if len(found) == 1 else None
