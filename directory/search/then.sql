{#- A row's hours at a time that the stored intervals do not reach: the intervals are handed in. -#}
{%- import "conditions.sql" as is with context -%}
{%- import "hours.sql" as at with context -%}
WITH here AS MATERIALIZED (
    SELECT {% if shape.opens in ("for", "within") %}tstzrange(%(t)s::timestamptz, %(t_end)s::timestamptz, '[]') AS span{% else %}1{% endif %}
)
SELECT {% if shape.opens %}{{ is.one_way(shape.opens, '') }}, {{ is.is_shut() }}{% else %}true, false{% endif %},
       {{ at.opening(at.explained("r.notes")) }}, CASE WHEN cardinality(r.way_open) > 0 THEN {{ at.by_way() }} END
FROM (SELECT %(open)s::text::tstzmultirange, %(unknown)s::text::tstzmultirange, %(call_first)s::text::tstzmultirange,
             %(horizon)s::timestamptz, %(zone)s::text, %(notes)s::json, %(way_modes)s::int[], %(way_languages)s::text[],
             ARRAY[]::smallint[], ARRAY[]::date[], %(way_open)s::text[]::tstzmultirange[], %(way_unknown)s::text[]::tstzmultirange[], %(way_call_first)s::text[]::tstzmultirange[])
     AS r(open, unknown, call_first, horizon, zone, notes, way_modes, way_languages, way_police, way_police_sure, way_open, way_unknown, way_call_first)
CROSS JOIN {{ at.timed("r.open", "r.unknown", "r.call_first") }}
