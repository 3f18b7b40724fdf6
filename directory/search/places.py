"""Where a name is: ZIPs and towns, from a table, without asking anybody outside."""

import re
import unicodedata
from typing import NoReturn

from core.db import Reader
from core.geo import Point
from directory.errors import PlaceAmbiguous, PlaceNotFound
from directory.views.search import At, PlaceChoice, SearchInput

_ZIP = re.compile(r"^(\d{5})(-\d{4})?$")
_POINT = re.compile(r"^(-?\d{1,3}(?:\.\d+)?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)$")
_CHOICES = 8
_BY_NAME = """
SELECT name, state, latitude, longitude FROM place
WHERE kind = %s AND folded = %s AND (%s::text IS NULL OR state = %s)
ORDER BY weight DESC, state LIMIT 9
"""
_LIKE_IT = """
SELECT name, state, latitude, longitude FROM place
WHERE kind = 'city' AND similarity(folded, %s) > 0.2 ORDER BY similarity(folded, %s) DESC, weight DESC LIMIT 4
"""


def fold(name: str) -> str:
    """A name as it is looked up: lower case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(plain.replace(".", " ").lower().split())


async def find(reader: Reader, ask: SearchInput) -> At | None:
    """The point a search is made from; None when it names none.

    Raises:
        PlaceNotFound: we know no such place; names the likeliest ones.
        PlaceAmbiguous: several have that name; lists them as `choices`.
    """
    if ask.lat is not None and ask.lon is not None:
        return at_point(Point(ask.lat, ask.lon))
    if ask.near is None:
        return None
    if read := _POINT.match(ask.near):
        return at_point(Point(float(read[1]), float(read[2])))
    if read := _ZIP.match(ask.near):
        choices = await _named(reader, "zip", read[1], None)
    else:
        name, _, state = ask.near.partition(",")
        choices = await _named(reader, "city", fold(name), state.strip().upper() or None)
    return _only(choices, ask.near) if choices else await _refuse(reader, ask.near)


def at_point(point: Point) -> At:
    """A bare point, called by its rounded degrees."""
    near = point.rounded()
    return At(lat=point.latitude, lon=point.longitude, label=f"{near.latitude:.2f}, {near.longitude:.2f}")


async def _named(reader: Reader, kind: str, folded: str, state: str | None) -> list[PlaceChoice]:
    found = await reader.execute(_BY_NAME, (kind, folded, state, state))
    return [_choice(*row) for row in await found.fetchall()]


def _choice(name: object, state: object, latitude: object, longitude: object) -> PlaceChoice:
    return PlaceChoice(label=f"{name}, {state}", lat=float(str(latitude)), lon=float(str(longitude)))


def _only(choices: list[PlaceChoice], asked: str) -> At:
    if len(choices) > 1:
        raise PlaceAmbiguous(
            f"There is more than one {asked}. Say which state: {'; '.join(c.label for c in choices[:_CHOICES])}.",
            choices=[choice.model_dump() for choice in choices[:_CHOICES]],
        )
    return At(lat=choices[0].lat, lon=choices[0].lon, label=choices[0].label)


async def _refuse(reader: Reader, asked: str) -> NoReturn:
    folded = fold(asked.partition(",")[0])
    found = await reader.execute(_LIKE_IT, (folded, folded))
    like = [_choice(*row) for row in await found.fetchall()]
    hint = f" Did you mean {'; '.join(c.label for c in like)}?" if like else ""
    raise PlaceNotFound(
        f"We know no place called {asked}. Write a ZIP, a city and state such as Denver, CO, or lat and lon.{hint}",
        choices=[choice.model_dump() for choice in like],
    )
