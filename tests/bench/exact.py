"""Is it the right answer? The same question put to every row by a plain statement that shares no part with ours.

It reads what is stored of a row (hours, areas, what is shown) and of the words asked for as the search does; what it
does with them is its own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from psycopg import AsyncConnection

import directory
from core.db import Database, Reader
from core.security import PUBLIC
from directory import Result, SearchInput, vocabulary
from directory.search.words import asked_words
from tests.bench.centres import points
from tests.bench.questions import FILTERS, PLACES
from tests.bench.said import LINE_KINDS, PLACE_KINDS, WORD

# What is shown of each row, read back into plain columns: no tags, and no level that was worked out for a filter.
_READ = """
CREATE TEMP TABLE plain AS
SELECT r.id, r.geog, r.step, r.rank, r.team, r.stale_at, r.capacity, r.radius_m, r.area_unknown, r.areas, r.nationwide,
       search_text.words, s.told ->> 'door' IS NOT NULL AS door, r.open, r.way_open, r.way_languages, r.horizon,
       s.told ->> 'group' AS "group", ARRAY(SELECT json_array_elements_text(s.told -> 'kinds')) AS kinds,
       ARRAY(SELECT json_array_elements_text(s.told -> 'languages')) AS spoken,
       ARRAY(SELECT (way -> 'modes')::text FROM json_array_elements(s.told -> 'access') AS way) AS way_modes,
       ARRAY(SELECT e ->> 'code' FROM json_array_elements(s.told -> 'attributes') AS e WHERE e ->> 'answer' = 'yes'
             -- a door that is listed says that one may walk in, unless that is denied
             UNION SELECT 'WALK_IN' FROM json_array_elements(s.told -> 'access') AS way
             WHERE way ->> 'kind' = 'AP.WALKIN' AND NOT EXISTS (
                 SELECT FROM json_array_elements(s.told -> 'attributes') AS e
                 WHERE e ->> 'code' = 'WALK_IN' AND e ->> 'answer' = 'no')) AS yes,
       s.told -> 'police' ->> 'level' AS level, (s.told -> 'police' ->> 'stated_on')::date AS stated_on,
       (s.told -> 'ages' ->> 'minimum')::float8 AS least, (s.told -> 'ages' ->> 'maximum')::float8 AS most
FROM search_row AS r JOIN search_text USING (id) JOIN (
    SELECT id, ('{' || replace(replace(en, chr(1), '1'), chr(2), '') || '}')::json AS told FROM search_shown
) AS s USING (id)
"""
# An outline is kept with lines beside its polygons, and a collection with something empty in it has no distance.
_OUTLINES = """
CREATE TEMP TABLE outline AS SELECT id, kind, ST_CollectionExtract(geom, 3) AS polygons FROM area
WHERE kind IN ('state', 'county') AND geom IS NOT NULL
"""
# Every area looked at on the ground, every distance measured.
_BRUTE = """
WITH asked AS MATERIALIZED (
    SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point
), each AS (
    SELECT p.*, ST_Distance(p.geog, asked.point::geography) AS metres,
           EXISTS (SELECT FROM area AS a
                   WHERE a.id = ANY(p.areas) AND ST_Covers(a.geom, asked.point)
                   -- a state is certain where no other is nearer than the error of its outline
                   AND (a.kind IN ('drawn', 'nation') OR NOT EXISTS (
                       SELECT FROM outline AS other WHERE other.kind = a.kind AND other.id <> a.id
                       AND ST_DWithin(other.polygons, asked.point, 0.1)
                       AND ST_DistanceSphere(other.polygons, asked.point) <= a.error_m
                   ))) AS inside
    FROM plain AS p, asked
    WHERE p.geog IS NULL OR p.team OR ST_DWithin(p.geog, asked.point::geography, %(within)s)
), fit AS (
    SELECT *, greatest(step, ceil(metres / step) * step) AS rounded,
           CASE WHEN stale_at IS NULL THEN 0.15 WHEN stale_at <= %(now)s THEN 0.1 ELSE 0 END AS aged,
           (SELECT CASE WHEN min((c ->> 'expires_at')::timestamptz) > %(now)s THEN 1 -
                   sum(least((c ->> 'free')::int, (c ->> 'total')::int))::float8 / sum((c ->> 'total')::int)
                   ELSE 0.5 END
            FROM json_array_elements(coalesce(capacity, '[]')) AS c) AS taken
    FROM each
    -- a team comes from wherever its base is, if it serves the place
    WHERE (geog IS NULL OR metres <= %(within)s OR (team AND (inside OR metres + step <= radius_m)))
      AND (inside OR metres + step <= radius_m
           OR (geog IS NOT NULL AND areas = '{}' AND radius_m IS NULL AND NOT nationwide AND NOT area_unknown))
      AND (%(kinds)s::text[] = '{}' OR kinds && %(kinds)s::text[])
      AND (%(language)s::text IS NULL OR %(language)s = ANY(spoken))
      AND (%(mode)s::text IS NULL
           OR EXISTS (SELECT FROM unnest(way_modes) AS m WHERE m LIKE '%%"' || %(mode)s || '"%%'))
      AND yes @> %(yes)s::text[]
      AND (%(police)s::text IS NULL OR (level <= %(police)s AND level <> 'PU'
           AND stated_on + 180 >= greatest(%(now)s, %(at)s::timestamptz)::date))
      AND (%(age)s::int IS NULL OR ((least IS NOT NULL OR most IS NOT NULL)
           AND coalesce(least <= %(age)s, true) AND coalesce(most >= %(age)s, true)))
      AND (%(query)s::text IS NULL OR words @@ %(query)s::text::tsquery)
      AND (%(at)s::timestamptz IS NULL OR CASE
           WHEN %(mode)s::text IS NULL AND %(arrives)s THEN true
           WHEN %(mode)s::text IS NULL OR cardinality(way_open) = 0 THEN open @> %(at)s::timestamptz
           ELSE EXISTS (SELECT FROM unnest(way_modes, way_open) AS way(modes, hours)
                        WHERE modes LIKE '%%"' || %(mode)s || '"%%' AND hours @> %(at)s::timestamptz) END)
      AND (%(at)s::timestamptz IS NULL OR NOT %(arrives)s OR EXISTS (
           -- the door of the place, whose hours are the last, or a door that is listed
           SELECT FROM unnest(way_modes || CASE WHEN door THEN ARRAY['"door"'] ELSE '{}' END, way_open)
               AS way(modes, hours)
           WHERE modes LIKE '%%"door"%%'
             AND CASE WHEN cardinality(way_open) = 0 THEN open ELSE hours END @> %(at)s::timestamptz))
), ranked AS (
    SELECT id, geog IS NULL AS placeless, team, "group",
           CASE WHEN geog IS NULL THEN rank + aged + CASE WHEN "group" = 'line' THEN 0 ELSE 1e9 END
                ELSE rounded + least(5000, rounded * (aged + 0.05 * taken)) END AS key
    FROM fit
)
SELECT walk || ' ' || "group", id FROM (
    SELECT "group", walk, id, row_number() OVER (PARTITION BY walk ORDER BY key, id) AS n
    FROM ranked, LATERAL (
        SELECT CASE WHEN placeless THEN "group" WHEN team THEN 'team' ELSE 'place' END AS walk
    ) AS walked
) AS numbered WHERE n <= CASE WHEN walk = 'place' THEN %(limit)s ELSE (%(limit)s + 1) / 2 END ORDER BY walk, n
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
        async with await AsyncConnection.connect(dsn, autocommit=True) as beside, database.reading() as reader:
            await beside.execute(_READ)
            await beside.execute(_OUTLINES)
            await beside.execute("ANALYZE plain")
            for ask in asked:
                answer = await directory.search(reader, PUBLIC, ask=ask, now=now)
                ours = _by_walk(answer.view().fits)
                if ours != await _brute(beside, reader, ask, now):
                    wrong.append(ask.model_dump_json(exclude_defaults=True))
    finally:
        await database.close()
    return Equal(len(asked), tuple(wrong))


def _by_walk(results: Sequence[Result]) -> dict[str, list[Any]]:
    """Ids in order, by the walk that found them and the group they are shown in."""
    found: dict[str, list[Any]] = {}
    for result in results:
        walk = result.group if result.distance.metres is None or result.group == "team" else "place"
        found.setdefault(f"{walk} {result.group}", []).append(result.id)
    return found


async def _brute(beside: AsyncConnection[Any], reader: Reader, ask: SearchInput, now: datetime) -> dict[str, list[Any]]:
    at = None if ask.open == "any" else now if ask.open == "now" else datetime.fromisoformat(ask.open)
    stated = [*ask.must]
    for taxonomy, code in (("from", ask.from_), ("arrive", ask.arrive)):
        if code is not None:
            stated.append(str(vocabulary(taxonomy).terms[code].attribute))
    words = None if ask.q is None else await asked_words(reader, ask.q)
    values = {
        "lat": ask.lat, "lon": ask.lon, "within": ask.within_m, "kinds": ask.kind, "language": ask.language,
        "mode": ask.mode[0] if ask.mode else None, "yes": stated, "police": ask.police_max, "age": ask.age,
        "query": words and words.query, "arrives": ask.arrive is not None, "at": at, "now": now, "limit": ask.limit,
    }  # fmt: skip
    found: dict[str, list[Any]] = {}
    for walk, row_id in await (await beside.execute(_BRUTE, values)).fetchall():
        found.setdefault(walk, []).append(row_id)
    return found


def _any(random: Random, at: datetime) -> dict[str, Any]:
    """Whatever may be asked together."""
    chosen: dict[str, Any] = {"open": random.choice(("any", "now", (at + timedelta(hours=9)).isoformat()))}
    if random.random() < 0.6:
        chosen["kind"] = random.sample(random.choice((PLACE_KINDS, PLACE_KINDS, LINE_KINDS)), random.randint(1, 3))
    if random.random() < 0.4:
        chosen["language"] = random.choice(("en", "es", "zh"))
    if random.random() < 0.4:
        chosen["mode"] = [random.choice(("phone", "text", "chat"))]
    if random.random() < 0.4:
        chosen["from_"] = random.choice(("community", "self", "988"))
    if random.random() < 0.2:
        chosen["arrive"] = random.choice(("van", "walk_in"))
    if random.random() < 0.3:
        chosen["must"] = random.sample(("WHEELCHAIR", "FREE", "PETS", "NO_ID"), random.randint(1, 2))
    if random.random() < 0.3:
        chosen["police_max"] = random.choice(("P0", "P1", "P2"))
    if random.random() < 0.3:
        chosen["age"] = random.choice((10, 16, 40))
    if random.random() < 0.2:
        chosen["q"] = random.choice((WORD, "nurse", "beds"))
    return chosen
