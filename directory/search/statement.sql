{#- The whole search in one statement: a row for each result, and in every row the summary of the walks.

    Nothing that a caller wrote becomes part of it; `shape` holds flags of ours, and what was asked goes in as parameters.

    look         the nearest rows of the kinds asked for, whatever their state: what fits, what might, what is ruled out
    fit_places,  further out for what fits, led by the index over place and tags; only where the look did not find
    fit_teams    enough of it
    lines        rows without a point, by coverage, in an order of their own
#}
{%- import "conditions.sql" as is with context %}
{%- macro source() %}
{%- if shape.words == "rare" %}worded AS r
{%- else %}search_row AS r{% endif %}
{%- endmacro %}
{#- Common words as a function, for as an operator they would bring in their index, which holds a good part of all rows. #}
{%- macro subject() %}
{%- if shape.kinds %} AND r.tags @@ (SELECT kinds FROM here){% endif %}
{%- if shape.words == "common" %} AND ts_match_vq(r.words, (SELECT words FROM here)){% endif %}
{%- endmacro %}
{%- macro freshness() %}CASE WHEN r.stale_at IS NULL THEN 0.15 WHEN r.stale_at <= %(now)s THEN 0.1 ELSE 0 END{% endmacro %}

{#- Rows outward from the point. Projected order leads; true distance, rounded up to what is known of the place, and
    penalties make the key. No key is below its true distance, so the walk may end where distance passes the last key. #}
{%- macro outward(columns, conditions, limit, key, id) %}
    SELECT {{ columns }}, d.metres, k.key, r.geom <-> (SELECT p FROM here) AS walked
    FROM {{ source() }}
    CROSS JOIN LATERAL (SELECT ST_Distance(r.geog, (SELECT g FROM here)) AS metres OFFSET 0) AS d
    CROSS JOIN LATERAL (SELECT greatest(r.step, ceil(d.metres / r.step) * r.step) AS metres OFFSET 0) AS rounded
    CROSS JOIN LATERAL (SELECT rounded.metres + least(5000, rounded.metres * ({{ freshness() }}
        + CASE WHEN r.load_until > %(now)s THEN r.load * 0.05 ELSE 0.025 END)) AS key OFFSET 0) AS k
    WHERE r.geom && (SELECT box FROM here){{ conditions }} AND d.metres <= %(within)s
    {%- if shape.paged %} AND (k.key, r.id) > ({{ key }}::float8, {{ id }}::uuid){% endif %}
    ORDER BY r.geom <-> (SELECT p FROM here) LIMIT {{ limit }}
{%- endmacro %}

{#- Rows without a point: by kind, local before national, fresh before stale. #}
{%- macro placeless(columns, conditions, limit) %}
    SELECT {{ columns }}, NULL::float8 AS metres, k.key, NULL::float8 AS walked
    FROM {{ source() }}
    CROSS JOIN LATERAL (SELECT r.rank + {{ freshness() }} AS key OFFSET 0) AS k
    WHERE r.geom IS NULL{{ conditions }}
    {%- if shape.paged %} AND r.rank >= floor(%(line_key)s::float8) AND (k.key, r.id) > (%(line_key)s::float8, %(line_id)s::uuid){% endif %}
    ORDER BY r.rank, k.key, r.id LIMIT {{ limit }}
{%- endmacro %}

{#- What the rows of a look are: fit, ruled out for a reason, or neither. #}
{%- macro judged(rows, covered, may_cover) %}
    SELECT r.id, r.team, r.metres, r.walked, r.key, r.covered, r.suits AND r.covered AS fit,
           CASE WHEN r.suits AND r.covered THEN NULL {{ is.ruled_out(may_cover) }} END AS reason
    FROM (SELECT r.*, {{ covered }} AS covered, {{ is.suitable() }} AS suits FROM ({{ rows }}) AS r OFFSET 0) AS r
{%- endmacro %}

WITH here AS MATERIALIZED (
    SELECT
    {%- if shape.at_point %}
           ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 3857) AS p,
           ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography AS g,
           ST_MakeEnvelope(%(x1)s, %(y1)s, %(x2)s, %(y2)s, 3857) AS box,
    {%- endif %}
    {%- if shape.kinds %} %(kinds)s::text::query_int AS kinds,{% endif %}
    {%- if shape.tagged %} %(must)s::text::query_int AS must,{% endif %}
    {%- if shape.fits and shape.teams and shape.at_point %} %(must_team)s::text::query_int AS must_team,{% endif %}
    {%- if shape.words %} %(words)s::text::tsquery AS words,{% endif %}
    {%- if shape.outs %} %(outs)s::text::int[] AS outs, %(reasons)s::text::text[] AS reasons,{% endif %}
    {%- if shape.opens in ("for", "within") %} tstzrange(%(t)s::timestamptz, %(t_end)s::timestamptz, '[]') AS span,{% endif %}
           %(asked)s::text::int[] AS asked
)
{%- if shape.at_point %},
{{ covering }},
areas AS MATERIALIZED (
    SELECT sure, maybe, zone, nation, sure | maybe | CASE WHEN nation THEN '{0}'::int[] ELSE '{}' END AS reach
    FROM covering, LATERAL (SELECT EXISTS (SELECT FROM area WHERE key = 'US' AND id = ANY(sure || maybe)) AS nation OFFSET 0) AS n
)
{%- endif %}
{%- if shape.words == "rare" %},
worded AS MATERIALIZED (
    SELECT * FROM search_row AS r WHERE words @@ (SELECT words FROM here)
    {%- if shape.at_point %} AND (r.geom IS NULL OR r.geom && (SELECT box FROM here)){% endif %}
)
{%- endif %}
{%- if shape.looks and shape.at_point %},
look AS MATERIALIZED (
{{ judged(outward("r.*", subject() ~ ("" if shape.teams else " AND NOT r.team"), "%(look)s::int", "%(place_key)s", "%(place_id)s"), is.covered("r.metres"), is.may_cover("r.metres")) }}
)
{%- endif %}
{%- if shape.looks %},
look_lines AS MATERIALIZED (
{{ judged(placeless("r.*", subject() ~ " AND " ~ is.in_reach(shape.elsewhere), "%(look_lines)s::int"), is.line_covered(), is.line_may_cover()) }}
),
{%- if shape.at_point %}
edge AS MATERIALIZED (
    SELECT CASE WHEN count(*) >= %(look)s::int THEN max(walked) / %(stretch)s::float8 ELSE 'infinity' END AS certain FROM look
),
{%- endif %}
enough AS MATERIALIZED (
    SELECT
    {%- if shape.at_point %}
           (SELECT certain = 'infinity' OR (SELECT count(*) FROM look WHERE fit AND NOT team AND key < certain) > %(limit)s::int FROM edge) AS places,
           (SELECT certain = 'infinity' OR (SELECT count(*) FROM look WHERE fit AND team AND key < certain) > %(fewer)s::int FROM edge) AS teams,
    {%- endif %}
           (SELECT count(*) < %(look_lines)s::int OR count(*) FILTER (WHERE fit) > %(fewer)s::int FROM look_lines) AS lines
)
{%- else %},
enough AS MATERIALIZED (SELECT false AS places, false AS teams, false AS lines)
{%- endif %}
{%- if shape.fits %}
{%- if shape.at_point %}
{%- set fitting = subject() ~ " AND " ~ is.suitable(tags=False) ~ " AND " ~ is.covered("d.metres") %},
fit_places AS MATERIALIZED (
{{ outward("r.id", (" AND r.tags @@ (SELECT must FROM here)" if shape.tagged else "") ~ fitting ~ " AND NOT r.team", "(SELECT CASE WHEN places THEN 0 ELSE %(walk)s::int END FROM enough)", "%(place_key)s", "%(place_id)s") }}
)
{%- if shape.teams %},
fit_teams AS MATERIALIZED (
{{ outward("r.id", " AND r.tags @@ (SELECT must_team FROM here)" ~ fitting ~ " AND r.team", "(SELECT CASE WHEN teams THEN 0 ELSE %(walk_teams)s::int END FROM enough)", "%(team_key)s", "%(team_id)s") }}
)
{%- endif %}
{%- endif %},
fit_lines AS MATERIALIZED (
{{ placeless("r.id", (" AND r.tags @@ (SELECT must FROM here)" if shape.tagged else "") ~ subject() ~ " AND " ~ is.suitable(tags=False) ~ " AND " ~ is.line_covered(), "(SELECT CASE WHEN lines THEN 0 ELSE %(fewer)s::int + 1 END FROM enough)") }}
)
{%- endif %}
{%- if shape.might %},
room AS MATERIALIZED (
    SELECT greatest(%(might)s::int, %(limit)s::int - {% if not (shape.fits and shape.at_point) %}0{% else %}CASE WHEN places
        THEN (SELECT count(*) FROM look WHERE fit AND NOT team) ELSE (SELECT count(*) FROM fit_places) END{% endif %})::int AS n FROM enough
)
{%- endif %}
{%- if shape.counts %},
elsewhere AS MATERIALIZED (
    SELECT count(*) AS n FROM (
        SELECT FROM {{ source() }} WHERE {{ "r.geom IS NULL" if shape.at_point else "r.geom IS NOT NULL" }}{{ subject() }}
        {%- if shape.at_point %} AND NOT {{ is.in_reach(False) }}{% endif %} LIMIT %(count)s::int
    ) AS counted
)
{%- endif %},
picked AS MATERIALIZED (
{%- set some = joiner(" UNION ALL ") %}
{%- macro pick(list, walk, rows, where, limit) %}{{ some() }}
    (SELECT '{{ list }}' AS list, '{{ walk }}' AS walk, id, metres, key, walked, {{ "covered, reason" if rows in ("look", "look_lines") else "true AS covered, NULL AS reason" }} FROM {{ rows }}{{ where }} ORDER BY key, id LIMIT {{ limit }})
{%- endmacro %}
{%- if shape.fits %}
    {%- if shape.at_point %}
    {%- if shape.looks %}
    {{ pick("fits", "place", "look", " WHERE fit AND NOT team AND (SELECT places FROM enough)", "%(limit)s::int + 1") }}
    {%- if shape.teams %}{{ pick("fits", "team", "look", " WHERE fit AND team AND (SELECT teams FROM enough)", "%(fewer)s::int + 1") }}{% endif %}
    {%- endif %}
    {{ pick("fits", "place", "fit_places", "", "%(walk)s::int") }}
    {%- if shape.teams %}{{ pick("fits", "team", "fit_teams", "", "%(walk_teams)s::int") }}{% endif %}
    {%- endif %}
    {%- if shape.looks %}{{ pick("fits", "line", "look_lines", " WHERE fit AND (SELECT lines FROM enough)", "%(fewer)s::int + 1") }}{% endif %}
    {{ pick("fits", "line", "fit_lines", "", "%(fewer)s::int + 1") }}
{%- endif %}
{%- if shape.might %}
    {%- if shape.at_point %}{{ pick("might_fit", "place", "look", " WHERE NOT fit AND reason IS NULL", "(SELECT n + 1 FROM room)") }}{% endif %}
    {{ pick("might_fit", "line", "look_lines", " WHERE NOT fit AND reason IS NULL", "(SELECT n + 1 FROM room)") }}
{%- endif %}
{%- if shape.hidden %}
    {%- if shape.at_point %}{{ pick("ruled_out", "place", "look", " WHERE reason = %(hidden)s", "%(limit)s::int + 1") }}{% endif %}
    {{ pick("ruled_out", "line", "look_lines", " WHERE reason = %(hidden)s", "%(limit)s::int + 1") }}
{%- endif %}
),
summary AS MATERIALIZED (
    SELECT json_build_object('room', {% if shape.might %}(SELECT n FROM room){% else %}0{% endif %}
    {%- if shape.at_point %}, 'zone', (SELECT zone FROM areas){% endif %}
    {%- if shape.looks and shape.at_point %}, 'looked', (SELECT count(*) FROM look), 'looked_to', (SELECT max(walked) FROM look),
        'enough_places', (SELECT places FROM enough), 'enough_teams', (SELECT teams FROM enough){% endif %}
    {%- if shape.looks %}, 'last_line', (SELECT CASE WHEN count(*) >= %(look_lines)s::int THEN
        (array_agg(json_build_array(key, id) ORDER BY key DESC, id DESC))[1] END FROM look_lines){% endif %}
    {%- if shape.fits and shape.at_point %}, 'walked', (SELECT count(*) FROM fit_places), 'walked_to', (SELECT max(walked) FROM fit_places)
    {%- if shape.teams %}, 'walked_teams', (SELECT count(*) FROM fit_teams), 'walked_teams_to', (SELECT max(walked) FROM fit_teams){% endif %}{% endif %}
    {%- if shape.counts %}, 'ruled_out', (SELECT json_object_agg(reason, n) FROM (SELECT reason, count(*) AS n FROM (
        {% if shape.at_point %}SELECT reason FROM look UNION ALL {% endif %}SELECT reason FROM look_lines) AS each_reason
        WHERE reason IS NOT NULL GROUP BY reason) AS counted), 'elsewhere', (SELECT n FROM elsewhere){% endif %}) AS told
)
SELECT summary.told, picked.list, picked.walk, picked.covered, picked.metres, picked.key, picked.reason,
       r.id::text, r."group", shown.{{ shape.labels }}, r.address::text, r.precision, r.step, r.zone, r.confirmed_on,
       CASE WHEN r.stale_at IS NULL THEN 'not_confirmed' WHEN r.stale_at <= %(now)s THEN 'stale' ELSE 'fresh' END,
       r.capacity::text, r.level, r.level_until, r.notes::text,
       {{ is.hours("r.open", "r.unknown", "r.call_first") }},
       CASE WHEN cardinality(r.way_open) > 0 THEN (
           SELECT json_agg(json_build_array({{ is.hours("w.o", "w.u", "w.c") }}) ORDER BY w.n)
           FROM unnest(r.way_open, r.way_unknown, r.way_call_first) WITH ORDINALITY AS w(o, u, c, n)) END,
       CASE WHEN picked.list = 'might_fit' THEN {{ is.unsure() }} END,
       CASE WHEN picked.list = 'might_fit' THEN r.tags & (SELECT asked FROM here) END
FROM summary LEFT JOIN picked ON true
LEFT JOIN search_row AS r ON r.id = picked.id LEFT JOIN search_shown AS shown ON shown.id = picked.id
