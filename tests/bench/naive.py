"""The plan that comes to mind first: normalised tables, everything within the radius joined, measured and sorted.

It is given the indexes that its author would make, and only one day of opening hours, which flatters it.
"""

from typing import LiteralString

from core.cluster import roles

_TABLES: LiteralString = """
DROP SCHEMA IF EXISTS naive CASCADE;
CREATE SCHEMA naive;
GRANT USAGE ON SCHEMA naive TO PUBLIC;
CREATE TABLE naive.told AS
SELECT id, ('{' || replace(replace(en, chr(1), 'null'), chr(2), '') || '}')::json AS told FROM search_shown;
CREATE TABLE naive.location AS SELECT r.id, r.geog, r.radius_m, r.areas FROM search_row AS r WHERE geog IS NOT NULL;
CREATE TABLE naive.service AS
SELECT t.id, t.told ->> 'name' AS name, t.told ->> 'organization' AS organization, t.told ->> 'about' AS about,
       t.told -> 'police' ->> 'level' AS level, (t.told -> 'police' ->> 'stated_on')::date AS stated_on,
       r.zone, r.precision, r.confirmed_on, r.stale_at
FROM naive.told AS t JOIN search_row AS r USING (id) WHERE r.geog IS NOT NULL;
CREATE TABLE naive.kind AS
SELECT id AS service_id, k AS code FROM naive.told, json_array_elements_text(told -> 'kinds') AS k;
CREATE TABLE naive.attribute AS
SELECT id AS service_id, a ->> 'code' AS code, a ->> 'answer' AS answer
FROM naive.told, json_array_elements(told -> 'attributes') AS a;
CREATE TABLE naive.opening AS
SELECT r.id AS service_id, span AS during FROM search_row AS r, unnest(r.open) AS span
WHERE span && tstzrange({day}::timestamptz - interval '12 hours', {day}::timestamptz + interval '12 hours');
CREATE TABLE naive.area AS SELECT r.id AS service_id, a.geom FROM search_row AS r JOIN area AS a ON a.id = ANY(r.areas)
WHERE r.geog IS NOT NULL AND a.kind = 'drawn';
CREATE INDEX ON naive.location USING gist (geog);
ALTER TABLE naive.location ADD PRIMARY KEY (id);
ALTER TABLE naive.service ADD PRIMARY KEY (id);
CREATE INDEX ON naive.kind (service_id, code);
CREATE INDEX ON naive.kind (code);
CREATE INDEX ON naive.attribute (service_id, code, answer);
CREATE INDEX ON naive.opening (service_id);
CREATE INDEX ON naive.area (service_id);
DROP TABLE naive.told;
GRANT SELECT ON ALL TABLES IN SCHEMA naive TO PUBLIC;
"""
# M: a kind, no police, takes people from a community responder; open then, serves the point, nearest first.
QUERY: LiteralString = """
SELECT s.*, d.metres
FROM (SELECT ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326)::geography AS g) AS here
JOIN naive.location AS l ON ST_DWithin(l.geog, here.g, $3::float8)
JOIN naive.service AS s ON s.id = l.id
JOIN naive.kind AS k ON k.service_id = s.id AND k.code = $4
JOIN naive.attribute AS f ON f.service_id = s.id AND f.code = 'FROM.COMMUNITY' AND f.answer = 'yes'
JOIN naive.opening AS o ON o.service_id = s.id AND o.during @> $5::timestamptz
LEFT JOIN naive.area AS a ON a.service_id = s.id
CROSS JOIN LATERAL (SELECT ST_Distance(l.geog, here.g) AS metres OFFSET 0) AS d
WHERE s.level IN ('P0', 'P1', 'P2') AND s.stated_on + 180 >= $5::timestamptz::date
  AND (a.geom IS NULL OR ST_Covers(a.geom, here.g::geometry))
  AND (l.radius_m IS NULL OR d.metres <= l.radius_m)
ORDER BY d.metres * CASE WHEN s.stale_at IS NULL THEN 1.15 WHEN s.stale_at <= $5::timestamptz THEN 1.1 ELSE 1 END
LIMIT 20
"""


def build(dsn: str, day: str) -> None:
    """Make the tables in a generated database; `day` is the moment that will be asked about, as text."""
    with roles.connect(dsn) as db:
        for statement in _TABLES.replace("{day}", f"'{day}'").split(";")[:-1]:
            db.execute(statement)
        for table in ("location", "service", "kind", "attribute", "opening", "area"):
            db.execute(f"VACUUM ANALYZE naive.{table}")


def drop(dsn: str) -> None:
    """Take them away again."""
    with roles.connect(dsn) as db:
        db.execute("DROP SCHEMA IF EXISTS naive CASCADE")
