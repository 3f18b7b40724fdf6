"""What the peers are asked, and the requests that ask it. They know no distance, no hours and no coverage."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import urlencode

_KM_PER_DEGREE = 111.2
_HOST = "Host: peer.test\r\n"
# What is shown, in the names that PostGraphile gives the columns; the others show all columns anyway.
_FIELDS = (
    "id latitude longitude category languageEs acceptsCommunity noPolice name organization about zone precision"
    " confirmedOn level phone address"
)
_TYPES = {"category": "String", "language_es": "Boolean", "accepts_community": "Boolean", "no_police": "Boolean"}


@dataclass(frozen=True, slots=True)
class Question:
    """A box around a point, and what a service there must be. None: whatever it is."""

    lat: float
    lon: float
    radius_km: float = 80.0
    category: str | None = None
    spanish: bool | None = None
    accepts: bool | None = None
    no_police: bool | None = None
    limit: int = 20

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        high = self.radius_km / _KM_PER_DEGREE
        wide = high / math.cos(math.radians(self.lat))
        return (
            round(self.lon - wide, 6),
            round(self.lat - high, 6),
            round(self.lon + wide, 6),
            round(self.lat + high, 6),
        )

    def filters(self) -> dict[str, str | bool]:
        """Column and value of each filter that is asked for."""
        asked = {
            "category": self.category,
            "language_es": self.spanish,
            "accepts_community": self.accepts,
            "no_police": self.no_police,
        }
        return {column: value for column, value in asked.items() if value is not None}


def distinct(questions: list[Question], many: int) -> list[Question]:
    """At least so many questions, no two of one text: people do not stand at the same points over and over.

    PostGraphile keeps the last 500 documents parsed; a shorter round of inlined values would be answered from there.
    """
    random = Random(1)  # noqa: S311 - the same points on every run
    made = list(questions)
    while questions and len(made) < many:
        at = questions[len(made) % len(questions)]
        lat, lon = at.lat + random.uniform(-0.01, 0.01), at.lon + random.uniform(-0.01, 0.01)
        made.append(replace(at, lat=round(lat, 6), lon=round(lon, 6)))
    return made


def tipg(questions: Iterable[Question]) -> list[str]:
    """OGC API Features, box and CQL2."""
    return [_get("/collections/peers.peer_service/items", _cql(ask, f="geojson")) for ask in questions]


def pygeoapi(questions: Iterable[Question]) -> list[str]:
    """OGC API Features, box and queryables as parameters."""
    return [_get("/collections/peer_service/items", _plain(ask, f="json")) for ask in questions]


def variables(questions: Iterable[Question]) -> list[str]:
    """The generated connection, one document for all questions, values beside it."""
    return [_generated(ask, inlined=False) for ask in questions]


def inlined(questions: Iterable[Question]) -> list[str]:
    """The generated connection, values written into each document."""
    return [_generated(ask, inlined=True) for ask in questions]


def graphql(query: str, values: Mapping[str, object] | None = None) -> str:
    """A POST of one document: for a function of our own, whose arguments the caller knows."""
    body = json.dumps({"query": query, **({"variables": values} if values else {})}, separators=(",", ":"))
    return (
        f"POST /graphql HTTP/1.1\r\n{_HOST}Content-Type: application/json\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def _get(path: str, asked: Mapping[str, str]) -> str:
    return f"GET {path}?{urlencode(asked)} HTTP/1.1\r\n{_HOST}Accept: application/geo+json\r\n\r\n"


def _common(ask: Question, f: str) -> dict[str, str]:
    return {"bbox": ",".join(map(str, ask.box())), "limit": str(ask.limit), "f": f}


def _cql(ask: Question, *, f: str) -> dict[str, str]:
    asked = [f"{column} = {_literal(value)}" for column, value in ask.filters().items()]
    return _common(ask, f) | ({"filter-lang": "cql2-text", "filter": " AND ".join(asked)} if asked else {})


def _literal(value: str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + value.replace("'", "''") + "'"


def _plain(ask: Question, *, f: str) -> dict[str, str]:
    asked = {
        column: str(value).lower() if isinstance(value, bool) else value for column, value in ask.filters().items()
    }
    return _common(ask, f) | asked


def _generated(ask: Question, *, inlined: bool) -> str:
    west, south, east, north = ask.box()
    values: dict[str, object] = {"west": west, "south": south, "east": east, "north": north, "first": ask.limit}
    values |= ask.filters()
    names = {name: json.dumps(value) if inlined else f"${name}" for name, value in values.items()}
    conditions = [
        f"latitude:{{greaterThanOrEqualTo:{names['south']},lessThanOrEqualTo:{names['north']}}}",
        f"longitude:{{greaterThanOrEqualTo:{names['west']},lessThanOrEqualTo:{names['east']}}}",
        *(f"{_camel(column)}:{{equalTo:{names[column]}}}" for column in ask.filters()),
    ]
    given = {name: "Int" if name == "first" else _TYPES.get(name, "Float") for name in values}
    head = "" if inlined else "query(" + ",".join(f"${name}:{kind}" for name, kind in given.items()) + ")"
    wanted = f"first:{names['first']},filter:{{{','.join(conditions)}}}"
    document = f"{head}{{allPeerServices({wanted}){{nodes{{{_FIELDS}}}}}}}"
    return graphql(document, None if inlined else values)


def _camel(column: str) -> str:
    first, *others = column.split("_")
    return first + "".join(map(str.capitalize, others))
