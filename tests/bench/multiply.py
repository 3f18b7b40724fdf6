"""Many times the rows of a generated database, made where they are: the facts of one at the place of another.

Working rows out costs a third of a millisecond each, whoever pays for it. What a search meets is how many rows there
are, how they lie and what their columns hold, and for that the first fifty thousand serve as the mould: every further
row has the facts, tags and hours of one of them, and the place of another, moved by some kilometres.
"""

from typing import LiteralString

from core.cluster import roles
from core.packages import Say
from tests.bench.load import indexes_off

# What belongs to the place of a row; everything else belongs to its facts.
_OF_PLACE = ("location_id", "step", "precision", "zone", "areas", "radius_m", "area_unknown", "nationwide", "address")
# Degrees that are three kilometres, and the share of a degree of longitude at the row's own latitude.
_MOVED: LiteralString = """
ST_SetSRID(ST_MakePoint(
    ST_X(p.geog::geometry) + p.east * 0.027 / cos(radians(ST_Y(p.geog::geometry))),
    ST_Y(p.geog::geometry) + p.north * 0.027), 4326)
"""
# The box around the circle that a team travels, a little too large rather than too small.
_REACH: LiteralString = """ST_Expand(ST_Transform(moved.point, 3857),
    (p.radius_m + p.step) * 1.01 / cos(radians(least(85, abs(ST_Y(moved.point)) + p.radius_m / 111000.0))))"""
_START: LiteralString = """
SELECT setseed(0.5);
CREATE TEMP TABLE mould AS
SELECT row_number() OVER (ORDER BY md5(id::text)) AS n, geom IS NULL AS placeless, * FROM search_row;
CREATE INDEX ON mould (placeless, n);
CREATE TEMP TABLE made (id uuid, facts uuid);
"""
_PLACES: LiteralString = """
CREATE TEMP TABLE places AS
SELECT row_number() OVER (PARTITION BY placeless ORDER BY random()) AS n,
       sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS east,
       sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS north, mould.*
FROM (SELECT placeless, geom, geog, id AS of_id, location_id, step, precision, zone, areas, radius_m, area_unknown,
             nationwide, address FROM mould) AS mould;
CREATE TEMP TABLE facts AS
SELECT row_number() OVER (PARTITION BY placeless ORDER BY random()) AS n, id, placeless, gen_random_uuid() AS new_id
FROM mould;
"""


def multiply(dsn: str, times: int, say: Say) -> None:
    """Make so many rows of each; in one transaction, and indexes are built when all are there."""
    with roles.connect(dsn) as db:
        with db.transaction():
            names = [
                str(row[0])
                for row in db.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = 'search_row'::regclass AND attnum > 0"
                    " AND NOT attisdropped ORDER BY attnum"
                ).fetchall()
            ]
            indexes = indexes_off(db)
            for statement in _START.split(";")[:-1]:
                db.execute(statement)
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(_value(name) for name in names)
            for n in range(1, times):
                for statement in _PLACES.split(";")[:-1]:
                    db.execute(statement)
                db.execute(
                    f"INSERT INTO search_row ({columns}) SELECT {values} FROM facts AS k"
                    " JOIN mould AS f ON f.id = k.id JOIN places AS p ON p.placeless = k.placeless AND p.n = k.n"
                    " CROSS JOIN LATERAL (SELECT " + _MOVED + " AS point OFFSET 0) AS moved"
                )
                db.execute(
                    "INSERT INTO search_shown SELECT k.new_id, s.en, s.es"
                    " FROM facts AS k JOIN search_shown AS s ON s.id = k.id"
                )
                db.execute(
                    "INSERT INTO search_text SELECT k.new_id, s.words"
                    " FROM facts AS k JOIN search_text AS s ON s.id = k.id"
                )
                db.execute("DROP TABLE places, facts")
                say(f"{n + 1} times the rows")
            say("Building indexes")
            for definition in indexes:
                db.execute(definition)
        for table in ("search_row", "search_shown", "search_text"):
            db.execute(f"VACUUM ANALYZE {table}")


def _value(name: str) -> LiteralString | str:
    if name == "id":
        return "k.new_id"
    if name == "geog":
        return "CASE WHEN NOT p.placeless THEN moved.point::geography END"
    if name == "geom":
        return "CASE WHEN NOT p.placeless THEN ST_Transform(moved.point, 3857) END"
    if name == "reach":
        return f"CASE WHEN f.team AND NOT p.placeless AND p.radius_m IS NOT NULL THEN {_REACH} END"
    return f'p."{name}"' if name in _OF_PLACE else f'f."{name}"'
