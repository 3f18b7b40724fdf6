"""Where a name is: ZIPs, towns and counties, from a table, without asking anybody outside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from core.db import Reader
from core.geo import Point
from directory.errors import PlaceAmbiguous, PlaceNotFound
from directory.rules.coverage import split_state
from directory.rules.names import county_kind, fold, spellings
from directory.rules.states import STATES, by_code, by_name
from directory.views.search import At, PlaceChoice, SearchInput

_ZIP = re.compile(r"^(\d{5})(?:[-\s]?\d{4})?$")
_POINT = re.compile(r"^([-+]?\d{1,3}(?:\.\d+)?)\s*[,\s]\s*([-+]?\d{1,3}(?:\.\d+)?)$")
_CHOICES = 8
# As written goes before another spelling of it.
_BY_NAME = """
SELECT name, state, latitude, longitude, zone FROM place
WHERE kind = %s AND folded = ANY(%s) AND (%s::text IS NULL OR state = %s)
ORDER BY folded <> %s, weight DESC, state LIMIT 9
"""
_LIKE_IT = """
SELECT name, state, latitude, longitude, zone FROM place
WHERE kind = 'city' AND (%s::text IS NULL OR state = %s) AND similarity(folded, %s) > 0.2
ORDER BY similarity(folded, %s) DESC, weight DESC LIMIT 4
"""
_HOW = "Write a ZIP, a city and state such as Denver, CO, a county such as Denver County, CO, or lat and lon."


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search is made from, and the ZIP that was given for it, which says more than its point."""

    at: At
    zip: str | None = None


async def find(reader: Reader, ask: SearchInput) -> Found | None:
    """The point a search is made from; None when it names none.

    Raises:
        PlaceNotFound: we know no such place, or a whole state is named; names the likeliest ones.
        PlaceAmbiguous: several have that name; lists them as `choices`.
    """
    if ask.lat is not None and ask.lon is not None:
        return Found(at_point(Point(ask.lat, ask.lon)))
    if ask.near is None:
        return None
    if read := _POINT.match(ask.near):
        return Found(at_point(Point(float(read[1]), float(read[2]))))
    if read := _ZIP.match(ask.near):
        found = await _named(reader, "zip", read[1], None)
        return Found(found[0], read[1]) if found else await _refuse(reader, read[1], None)
    return Found(await _by_name(reader, ask.near))


def at_point(point: Point) -> At:
    """A bare point, called by its rounded degrees."""
    near = point.rounded()
    return At(lat=point.latitude, lon=point.longitude, label=f"{near.latitude:.2f}, {near.longitude:.2f}", zone=None)


async def _by_name(reader: Reader, near: str) -> At:
    name, state = split_state(near)
    whole_state = by_code(near) or by_name(near)
    if whole_state == "DC":  # a city as well
        name, state = "Washington", whole_state
    elif whole_state is not None:
        await _refuse_state(reader, near, whole_state)
    elif state is not None and "," not in near:
        # Port Washington is a town of several states before it is a Port in Washington
        whole = await _kinds(reader, near, None)
        if whole:
            return _only(whole, near)
    found = await _kinds(reader, name, state)
    return _only(found, near) if found else await _refuse(reader, name, state)


async def _kinds(reader: Reader, name: str, state: str | None) -> list[At]:
    """Towns, and counties where it says so or no town is called that."""
    counties = await _named(reader, "county", name, state) if county_kind(name) == "county" else []
    return counties or await _named(reader, "city", name, state)


async def _named(reader: Reader, kind: str, name: str, state: str | None) -> list[At]:
    found = await reader.execute(_BY_NAME, (kind, spellings(name), state, state, fold(name)))
    rows = [_at(*row) for row in await found.fetchall()]
    return list({row.label: row for row in rows}.values())


def _at(name: object, state: object, latitude: object, longitude: object, zone: object) -> At:
    return At(
        lat=float(str(latitude)),
        lon=float(str(longitude)),
        label=f"{name}, {state}",
        zone=None if zone is None else str(zone),
    )


def _only(found: Sequence[At], asked: str) -> At:
    if len(found) > 1:
        choices = _choices(found)
        raise PlaceAmbiguous(
            f"There is more than one {asked}. Say which state: {'; '.join(c['label'] for c in choices)}.",
            choices=choices,
        )
    return found[0]


async def _refuse(reader: Reader, asked: str, state: str | None) -> NoReturn:
    choices = await _like(reader, asked, state) or await _like(reader, asked, None)
    named = asked if state is None else f"{asked}, {state}"
    raise PlaceNotFound(f"We know no place called {named}. {_HOW}{_hint(choices)}", choices=choices)


async def _refuse_state(reader: Reader, asked: str, code: str) -> NoReturn:
    """A state is too large to be near; towns of its name are offered, never guessed."""
    towns = _choices(await _named(reader, "city", asked, None))
    raise PlaceNotFound(
        f"{STATES[code][1]} is a whole state, and help is near a place in it. {_HOW}{_hint(towns)}", choices=towns
    )


async def _like(reader: Reader, asked: str, state: str | None) -> list[dict[str, Any]]:
    folded = fold(asked)
    found = await reader.execute(_LIKE_IT, (state, state, folded, folded))
    return _choices([_at(*row) for row in await found.fetchall()])


def _choices(found: Sequence[At]) -> list[dict[str, Any]]:
    return [PlaceChoice(label=one.label, lat=one.lat, lon=one.lon).model_dump() for one in found[:_CHOICES]]


def _hint(choices: Sequence[dict[str, Any]]) -> str:
    return f" Did you mean {'; '.join(c['label'] for c in choices)}?" if choices else ""
