{#- A row's hours at a time that the stored intervals do not reach: the intervals are handed in. -#}
{%- import "conditions.sql" as is with context -%}
{%- import "hours.sql" as at with context -%}
WITH here AS MATERIALIZED (
    SELECT {% if shape.opens in ("for", "within") %}tstzrange(%(t)s::timestamptz, %(t_end)s::timestamptz, '[]') AS span{% else %}1{% endif %}
)
SELECT {{ is.one_way(shape.opens, "") if shape.opens else "true" }},
       {{ is.one_way(shape.opens, shape.police) if shape.opens or shape.police else "true" }},
       {% if shape.opens or shape.police %}CASE
           {%- if shape.police %} WHEN {{ is.police_breaks() }} THEN 'police'{% endif %}
           {%- if shape.opens %} WHEN {{ is.is_shut() }} THEN {% if shape.opens == "for" %}CASE WHEN {{ is.open_at_first() }} THEN 'closes_soon' ELSE 'closed' END{% else %}'closed'{% endif %}{% endif %}
           {%- if shape.opens and shape.police %} WHEN {{ is.no_way() }} THEN 'police'{% endif %} END{% else %}NULL{% endif %},
       {{ at.opening(at.explained("r.notes")) }}, CASE WHEN cardinality(r.way_open) > 0 THEN {{ at.by_way() }} END
FROM (SELECT %(row_open)s::text::tstzmultirange, %(row_unknown)s::text::tstzmultirange, %(row_call_first)s::text::tstzmultirange,
             %(row_horizon)s::timestamptz, %(row_zone)s::text, %(row_notes)s::json, %(row_way_modes)s::int[], %(row_way_languages)s::text[],
             %(row_police)s::smallint, %(row_police_stated)s::smallint, %(row_police_sure)s::date, %(row_way_police)s::smallint[], %(row_way_police_sure)s::date[],
             %(row_way_open)s::text[]::tstzmultirange[], %(row_way_unknown)s::text[]::tstzmultirange[], %(row_way_call_first)s::text[]::tstzmultirange[])
     AS r(open, unknown, call_first, horizon, zone, notes, way_modes, way_languages, police, police_stated, police_sure, way_police, way_police_sure, way_open, way_unknown, way_call_first)
CROSS JOIN {{ at.timed("r.open", "r.unknown", "r.call_first") }}
