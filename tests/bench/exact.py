"""Is it the right answer? The same question put to every row by a plain statement that shares no part with ours."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import directory
from core.db import Database, Reader
from core.security import PUBLIC
from directory import SearchInput
from directory.rows.row import MODES
from tests.bench.centres import points
from tests.bench.questions import FILTERS, PLACES
from tests.bench.said import LINE_KINDS, PLACE_KINDS, WORD

# No tags, no box, no walk: what the row itself says, and every area looked at on the ground.
_BRUTE = """
WITH asked AS MATERIALIZED (
    SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point
), each AS (
    SELECT r.*, ST_Distance(r.geog, asked.point::geography) AS metres,
           EXISTS (SELECT FROM service_area AS a
                   WHERE a.number = ANY(r.areas) AND ST_Covers(a.geom, asked.point)) AS inside,
           ARRAY(SELECT json_array_elements_text(r.languages)) AS spoken,
           ARRAY(SELECT json_array_elements_text(r.kinds)) AS kind_codes,
           ARRAY(SELECT json_array_elements_text(way -> 'modes') FROM json_array_elements(r.access) AS way) AS modes
    FROM search_row AS r, asked
    WHERE r.geog IS NULL OR ST_DWithin(r.geog, asked.point::geography, %(within)s)
)
SELECT id FROM each
WHERE CASE WHEN geog IS NULL THEN nationwide OR inside
           ELSE nationwide OR (NOT area_unknown AND (areas = '{}' OR inside)) END
  AND (%(kinds)s::text[] = '{}' OR kind_codes && %(kinds)s::text[])
  AND (%(language)s::text IS NULL OR %(language)s = ANY(spoken))
  AND (%(mode)s::text IS NULL OR %(mode)s = ANY(modes))
  AND (%(q)s::text IS NULL OR words @@ doorlight_query(%(q)s))
  AND (%(at)s::timestamptz IS NULL OR CASE
       WHEN %(bit)s = 0 OR cardinality(way_open) = 0 THEN open @> %(at)s::timestamptz
       ELSE EXISTS (SELECT FROM unnest(way_modes, way_open) AS way(bits, hours)
                    WHERE (bits & %(bit)s) <> 0 AND hours @> %(at)s::timestamptz) END)
ORDER BY (geog IS NULL) <> %(lines_first)s, coalesce(metres, rank), id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Equal:
    """How many answers were the same, row for row; and the first questions that were not."""

    asked: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        """1.0 when all were."""
        return 1 - len(self.wrong) / self.asked

    @property
    def detail(self) -> str:
        """For the table."""
        return "; ".join([f"{self.asked} questions", *self.wrong[:2]])


def check(dsn: str, many: int, *, at: datetime, now: datetime, seed: int = 3) -> Equal:
    """Put so many random questions both ways."""
    return asyncio.run(_check(dsn, questions(many, at=at, seed=seed), now))


def questions(many: int, *, at: datetime, seed: int) -> list[SearchInput]:
    """The filters of the measurements in turn, and mixtures of all there are; from anywhere, to any distance."""
    random = Random(seed)  # noqa: S311 - the same questions on every run
    made = []
    for n in range(many):
        latitude, longitude = points(random, PLACES[n % 2], 1)[0]
        filters = [*FILTERS.values(), None, None, None][n % 8]
        made.append(
            SearchInput(
                lat=latitude,
                lon=longitude,
                within_m=random.choice((3_000, 20_000, 80_000, 250_000)),
                **(filters | {"open": at.isoformat()} if filters is not None else _any(random, at)),
            )
        )
    return made


async def _check(dsn: str, asked: Sequence[SearchInput], now: datetime) -> Equal:
    database = Database(dsn, pool_size=2)
    await database.open()
    wrong = []
    try:
        async with database.reading() as reader:
            for ask in asked:
                answer = await directory.search(reader, PUBLIC, ask=ask, now=now)
                ours = [result.id for result in answer.view().fits]
                if ours != await _brute(reader, ask, now):
                    wrong.append(ask.model_dump_json(exclude_defaults=True))
    finally:
        await database.close()
    return Equal(len(asked), tuple(wrong))


async def _brute(reader: Reader, ask: SearchInput, now: datetime) -> list[Any]:
    at = None if ask.open == "any" else now if ask.open == "now" else datetime.fromisoformat(ask.open)
    values = {
        "lat": ask.lat, "lon": ask.lon, "within": ask.within_m, "kinds": ask.kind, "language": ask.language,
        "mode": ask.mode, "bit": MODES[ask.mode] if ask.mode else 0, "q": ask.q, "at": at, "limit": ask.limit,
        "lines_first": bool(ask.kind) and all(kind in LINE_KINDS for kind in ask.kind),
    }  # fmt: skip
    found = await reader.execute(_BRUTE, values)
    return [row[0] for row in await found.fetchall()]


def _any(random: Random, at: datetime) -> dict[str, Any]:
    """Whatever may be asked together."""
    chosen: dict[str, Any] = {"open": random.choice(("any", "now", (at + timedelta(hours=9)).isoformat()))}
    if random.random() < 0.6:
        chosen["kind"] = random.sample(random.choice((PLACE_KINDS, PLACE_KINDS, LINE_KINDS)), random.randint(1, 3))
    if random.random() < 0.4:
        chosen["language"] = random.choice(("en", "es", "zh"))
    if random.random() < 0.4:
        chosen["mode"] = random.choice(("phone", "text", "door", "chat"))
    if random.random() < 0.2:
        chosen["q"] = random.choice((WORD, "nurse", "beds"))
    return chosen
