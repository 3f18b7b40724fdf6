{#- The whole search in one statement: a row for each result, and one that sums up what was looked at.

    Nothing that a caller wrote becomes part of it; `shape` holds flags of ours, and what was asked goes in as parameters.

    look         the nearest rows of the kinds asked for, whatever their state: what fits, what might, what is ruled out
    fit_places,  further out for what fits, led by the index over place and tags; only where the look did not find
    fit_teams    enough of it
    coming       teams that serve the place from a base farther off than was asked for
    lines        rows without a point, by coverage, in an order of their own

    Between its parts a row is known by where it lies (ctid): within one statement that is one row and stays it, and is
    found without an index.
#}
{%- import "conditions.sql" as is with context %}
{%- import "hours.sql" as at with context %}
{%- macro source() %}
{%- if shape.words == "rare" %}worded AS r
{%- else %}search_row AS r{% endif %}
{%- endmacro %}
{%- set lies = "r.at" if shape.words == "rare" else "r.ctid" %}
{#- Common words by the numbers of their stems, without the index over these: it holds a good part of all rows. What
    numbers cannot say is looked up in the text. #}
{%- macro subject() %}
{%- if shape.withheld %} AND NOT r.tags && %(withheld)s::text::int[]{% endif %}
{%- if shape.kinds %} AND r.tags @@ (SELECT kinds FROM here){% endif %}
{%- if shape.words == "common" %} AND boolop(r.stems, (SELECT stems FROM here)){% if shape.phrases %} AND {{ spoken() }}{% endif %}{% endif %}
{%- endmacro %}
{%- macro spoken() %}EXISTS (SELECT FROM search_text AS s WHERE s.id = r.id AND ts_match_vq(s.words, (SELECT words FROM here))){% endmacro %}
{#- Keys go by the time of the first page, so that no row changes its place between two. #}
{%- macro freshness() %}CASE WHEN r.stale_at IS NULL THEN 0.15::float8 WHEN r.stale_at <= %(scored)s THEN 0.1::float8 ELSE 0 END{% endmacro %}
{%- macro rounded(metres) %}greatest(r.step, ceil({{ metres }} / r.step) * r.step){% endmacro %}
{%- macro nearness() %}{{ rounded("d.metres") }} + least(5000, {{ rounded("d.metres") }} * ({{ freshness() }}
        + CASE WHEN r.load_until > %(scored)s THEN r.load * 0.05::float8 ELSE 0.025::float8 END)){% endmacro %}

{#- Covered beats nearer: what may not serve the place counts as twice as far off, at most 10 km farther. #}
{%- macro uncovered() %} + CASE WHEN v.covered THEN 0 ELSE least(10000, {{ rounded("d.metres") }}) END{% endmacro %}

{#- Rows outward from the point. Projected order leads; true distance, rounded up to what is known of the place, and
    penalties make the key. No key is below its true distance, so the walk may end where distance passes the last key. #}
{%- macro outward(columns, also, conditions, limit, key, id, farther="") %}
    SELECT {{ lies }} AS at, r.id, d.metres, {{ nearness() }}{{ farther }} AS key, r.geom <-> (SELECT p FROM here) AS walked{{ columns }}
    FROM {{ source() }}
    CROSS JOIN LATERAL (SELECT ST_Distance(r.geog, (SELECT g FROM here)) AS metres OFFSET 0) AS d{{ also }}
    WHERE r.geom && (SELECT box FROM here){{ conditions }} AND d.metres <= %(within)s
    {%- if shape.paged %} AND ({{ nearness() }}{{ farther }}, r.id) > ({{ key }}::float8, {{ id }}::uuid){% endif %}
    ORDER BY r.geom <-> (SELECT p FROM here) LIMIT {{ limit }}
{%- endmacro %}

{#- Rows without a point: by kind, local before national, fresh before stale. No index knows both areas and words, so those
    in reach that have common words are looked for once, for look and walk alike. #}
{%- set gathered = shape.words == "common" and shape.at_point and not shape.elsewhere %}
{%- macro placeless(conditions, limit) %}
    SELECT {{ "r.at" if gathered else lies }} AS at, r.id, r.rank + {{ freshness() }} AS key, r."group"
    FROM {% if gathered %}worded_lines AS r{% else %}{{ source() }}{% endif %}
    WHERE r.geom IS NULL{% if not gathered %}{{ subject() }} AND {{ is.in_reach(shape.elsewhere) }}{% endif %}{{ conditions }}
    ORDER BY r.rank, r.rank + {{ freshness() }}, r.id LIMIT {{ limit }}
{%- endmacro %}

{#- In a look all of them are one list; of what fits, teams and places go on where those with a point end. #}
{%- macro behind_line() %}{% if shape.paged %} AND r.rank >= floor(%(line_key)s::float8) AND (r.rank + {{ freshness() }}, r.id) > (%(line_key)s::float8, %(line_id)s::uuid){% endif %}{% endmacro %}
{%- macro behind() %}{% if shape.paged %} AND CASE r."group"
        WHEN 'line' THEN (r.rank + {{ freshness() }}, r.id) > (%(line_key)s::float8, %(line_id)s::uuid)
        WHEN 'team' THEN (%(beyond)s::float8 + r.rank + {{ freshness() }}, r.id) > (%(team_key)s::float8, %(team_id)s::uuid)
        ELSE (%(beyond)s::float8 + r.rank + {{ freshness() }}, r.id) > (%(place_key)s::float8, %(place_id)s::uuid) END{% endif %}{% endmacro %}
{#- Of a whole nation each group's first rows, by an index: else every row of it would be sorted. #}
{%- macro of_each_group(conditions) %}
    SELECT l.* FROM unnest('{place,team,line}'::text[]) AS of("group") CROSS JOIN LATERAL (
        {{ placeless(conditions ~ ' AND r."group" = of."group"', "(SELECT CASE WHEN lines THEN 0 ELSE greatest(%(limit)s::int, %(fewer)s::int) + 1 END FROM enough)") }}
    ) AS l
{%- endmacro %}
{%- set pointless_walk = "CASE \"group\" WHEN 'line' THEN 2 WHEN 'team' THEN 1 ELSE 0 END" %}
{%- set pointless_key = "CASE WHEN \"group\" = 'line' THEN key ELSE %(beyond)s::float8 + key END" %}

{#- What the rows of a look are: fit, ruled out for a reason, or neither. #}
{%- macro judgement(covered) %}
    CROSS JOIN LATERAL (SELECT {{ covered }} AS covered, {{ is.suitable() }} AS suits OFFSET 0) AS v
{%- endmacro %}
{%- macro judged(may_cover) %}v.covered, v.suits AND v.covered AS fit, CASE WHEN v.suits AND v.covered THEN NULL {{ is.ruled_out(may_cover) }} END AS reason{% endmacro %}

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
    {%- if shape.words %} %(stems)s::text::query_int AS stems,{% endif %}
    {%- if shape.phrases %} %(words)s::text::tsquery AS words,{% endif %}
    {%- if shape.outs %} %(outs)s::text::int[] AS outs, %(reasons)s::text::text[] AS reasons,{% endif %}
    {%- if shape.opens in ("for", "within") %} tstzrange(%(t)s::timestamptz, %(t_end)s::timestamptz, '[]') AS span,{% endif %}
           %(asked)s::text::int[] AS asked
)
{%- if shape.at_point %},
{{ covering }},
areas AS MATERIALIZED (
    SELECT sure, maybe, zone, nation, sure || maybe AS stated, sure || maybe || CASE WHEN nation THEN '{0}'::int[] ELSE '{}' END AS reach FROM covering
)
{%- endif %}
{%- if shape.words == "rare" %},
worded AS MATERIALIZED (
    SELECT r.ctid AS at, r.* FROM search_row AS r WHERE r.stems @@ (SELECT stems FROM here)
    {%- if shape.phrases %} AND {{ spoken() }}{% endif %}
    {%- if shape.at_point %} AND (r.geom IS NULL OR r.geom && (SELECT box FROM here){% if shape.teams %} OR r.team{% endif %}){% endif %}
)
{%- endif %}
{%- if gathered %},
worded_lines AS MATERIALIZED (
    SELECT r.ctid AS at, r.* FROM search_row AS r WHERE r.geom IS NULL AND {{ is.in_reach(False) }}{{ subject() }}
)
{%- endif %}
{%- if shape.looks and shape.at_point %},
look AS MATERIALIZED (
{{ outward(', r.team, r."group", ' ~ judged(is.may_cover("d.metres")), judgement(is.covered("d.metres")), subject() ~ ("" if shape.teams else " AND NOT r.team"), "%(look)s::int", "%(place_key)s", "%(place_id)s", uncovered()) }}
)
{%- endif %}
{%- if shape.teams and shape.at_point %}
{%- set of = "team" if shape.fits else "place" %},
coming AS MATERIALIZED (
    SELECT {{ lies }} AS at, r.id, d.metres, {{ nearness() }}{{ uncovered() }} AS key, r."group", {{ judged(is.may_cover("d.metres")) }}
    FROM {{ source() }}
    CROSS JOIN LATERAL (SELECT ST_Distance(r.geog, (SELECT g FROM here)) AS metres OFFSET 0) AS d{{ judgement(is.covered("d.metres")) }}
    WHERE r.team AND r.geom IS NOT NULL AND (r.areas && (SELECT stated FROM areas) OR r.reach && (SELECT p FROM here) AND r.radius_m > %(least_radius)s::int)
      AND d.metres > %(within)s{{ subject() }} AND (v.covered OR {{ is.may_cover("d.metres") }})
    {%- if shape.paged %} AND ({{ nearness() }}{{ uncovered() }}, r.id) > (%({{ of }}_key)s::float8, %({{ of }}_id)s::uuid){% endif %}
)
{%- endif %}
{%- if shape.looks %},
look_lines AS MATERIALIZED (
    SELECT l.*, {{ judged(is.line_may_cover()) }}
    FROM ({{ placeless(behind_line(), "%(look_lines)s::int") }}) AS l
    JOIN search_row AS r ON r.ctid = l.at{{ judgement(is.line_covered()) }}
),
enough AS MATERIALIZED (
    SELECT
    {%- if shape.at_point %} look.n AS looked, look.far, look.n < %(look)s::int OR certain.places > %(limit)s::int AS places,
           look.n < %(look)s::int OR certain.teams > %(fewer)s::int AS teams, certain.fits,
    {%- endif %}
           lines.n < %(look_lines)s::int AS lines
    FROM (SELECT count(*) AS n FROM look_lines) AS lines
    {%- if shape.at_point %}
    CROSS JOIN (SELECT count(*) AS n, max(walked) AS far FROM look) AS look
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE NOT team AND key < look.far / %(stretch)s::float8) AS places,
               count(*) FILTER (WHERE team AND key < look.far / %(stretch)s::float8) AS teams,
               count(*) FILTER (WHERE NOT team) AS fits
        FROM look AS row WHERE row.fit
    ) AS certain
    {%- endif %}
)
{%- else %},
enough AS MATERIALIZED (SELECT false AS places, false AS teams, false AS lines)
{%- endif %}
{%- if shape.fits %}
{%- if shape.at_point %}
{%- set fitting = subject() ~ " AND " ~ is.suitable(tags=False) ~ " AND " ~ is.covered("d.metres") %},
fit_places AS MATERIALIZED (
{{ outward("", "", (" AND r.tags @@ (SELECT must FROM here)" if shape.tagged else "") ~ fitting ~ " AND NOT r.team", "(SELECT CASE WHEN places THEN 0 ELSE %(walk)s::int END FROM enough)", "%(place_key)s", "%(place_id)s") }}
)
{%- if shape.teams %},
fit_teams AS MATERIALIZED (
{{ outward("", "", " AND r.tags @@ (SELECT must_team FROM here)" ~ fitting ~ " AND r.team", "(SELECT CASE WHEN teams THEN 0 ELSE %(walk_teams)s::int END FROM enough)", "%(team_key)s", "%(team_id)s") }}
)
{%- endif %}
{%- endif %},
fit_lines AS MATERIALIZED (
{%- set fitting = (" AND r.tags @@ (SELECT must FROM here)" if shape.tagged else "") ~ " AND " ~ is.suitable(tags=False) ~ " AND " ~ is.line_covered() ~ behind() %}
{{ placeless(fitting, "(SELECT CASE WHEN lines THEN 0 END FROM enough)") if shape.at_point or shape.kinds or shape.words == "rare" else of_each_group(fitting) }}
)
{%- endif %}
{%- if shape.might %},
room AS MATERIALIZED (
    SELECT greatest(%(might)s::int, %(limit)s::int - {% if not (shape.fits and shape.at_point) %}0{% else %}CASE WHEN places
        THEN fits ELSE (SELECT count(*) FROM fit_places) END{% endif %})::int AS n FROM enough
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
found AS (
{#- Lists: 0 fits, 1 might fit, 2 ruled out. Walks: 0 places, 1 teams, 2 lines. -#}
{%- set some = joiner(" UNION ALL ") %}
{%- macro rows_of(rows, list, walk, wanted="") %}{{ some() }}
    SELECT {{ list }} AS list, {{ walk }} AS walk, at, id, {{ pointless_key if walk == pointless_walk else "key" }} AS key, {{ "covered" if rows in ("look", "look_lines", "coming") else "true AS covered" }},
        {%- if rows in ("look_lines", "fit_lines") %} NULL::float8{% endif %} metres FROM {{ rows }}{% if wanted %} WHERE {{ wanted }}{% endif %}
{%- endmacro %}
{%- if shape.fits %}
    {%- if shape.at_point %}
    {%- if shape.looks %}{{ rows_of("look", 0, "team::int", "fit AND CASE WHEN team THEN (SELECT teams FROM enough) ELSE (SELECT places FROM enough) END") }}{% endif %}
    {{ rows_of("fit_places", 0, 0) }}
    {%- if shape.teams %}{{ rows_of("fit_teams", 0, 1) }}{{ rows_of("coming", 0, 1, "fit") }}{% endif %}
    {%- endif %}
    {%- if shape.looks %}{{ rows_of("look_lines", 0, pointless_walk, "fit AND (SELECT lines FROM enough)") }}{% endif %}
    {{ rows_of("fit_lines", 0, pointless_walk) }}
{%- endif %}
{%- if shape.might %}
    {%- if shape.at_point %}{{ rows_of("look", 1, 0, "NOT fit AND reason IS NULL") }}{% if shape.teams %}{{ rows_of("coming", 1, 0, "NOT fit AND reason IS NULL") }}{% endif %}{% endif %}
    {{ rows_of("look_lines", 1, 2, "NOT fit AND reason IS NULL") }}
{%- endif %}
{%- if shape.hidden %}
    {%- set wanted = "(reason IS NULL OR reason = %(hidden)s)" if shape.shut else "reason = %(hidden)s" %}
    {%- if shape.at_point %}{{ rows_of("look", 2, 0, wanted) }}{% if shape.teams %}{{ rows_of("coming", 2, 0, wanted) }}{% endif %}{% endif %}
    {{ rows_of("look_lines", 2, 2, wanted) }}
{%- endif %}
),
{#- A row more than is shown tells that there are more, and whether the last that is shown is certain. -#}
picked AS MATERIALIZED (
    SELECT list, walk, at, key, covered, metres
    FROM (SELECT *, row_number() OVER (PARTITION BY list, walk ORDER BY key, id) AS n FROM found) AS numbered
    WHERE n <= 1 + CASE {% if shape.might %}WHEN list = 1 THEN (SELECT n FROM room) {% endif %}WHEN list = 0 AND walk > 0 THEN %(fewer)s::int ELSE %(limit)s::int END
),
summary AS MATERIALIZED (
    SELECT json_build_object('room', {% if shape.might %}(SELECT n FROM room){% else %}0{% endif %}
    {%- if shape.at_point %}, 'zone', (SELECT zone FROM areas){% endif %}
    {%- if shape.looks and shape.at_point %}, 'looked', enough.looked, 'looked_to', enough.far,
        'enough_places', enough.places, 'enough_teams', enough.teams{% endif %}
    {%- if shape.looks %}, 'last_line', (SELECT CASE WHEN count(*) >= %(look_lines)s::int THEN
        (array_agg(json_build_array(key, id) ORDER BY key DESC, id DESC))[1] END FROM look_lines){% endif %}
    {%- if shape.fits and shape.at_point %}, 'walked', (SELECT json_build_array(count(*), max(walked)) FROM fit_places)
    {%- if shape.teams %}, 'walked_teams', (SELECT json_build_array(count(*), max(walked)) FROM fit_teams){% endif %}{% endif %}
    {%- if shape.counts %}, 'reasons', (SELECT json_agg(json_build_array("group", reason)) FROM (
        {% if shape.at_point %}SELECT "group", reason FROM look UNION ALL {% if shape.teams %}SELECT "group", reason FROM coming UNION ALL {% endif %}{% endif %}SELECT "group", reason FROM look_lines) AS every
        WHERE reason IS NOT NULL), 'elsewhere', (SELECT n FROM elsewhere){% endif %}) AS told FROM enough
)
SELECT CASE WHEN picked.list IS NULL THEN summary.told END, picked.list, picked.walk, picked.covered, picked.key, r.id::text, r."group",
       concat('"id":"', r.id, '","open":', w.opening, ',"distance":{"metres":', CASE WHEN picked.metres IS NULL THEN 'null' ELSE ({{ rounded("picked.metres") }})::bigint::text END,
           ',"precision":"', r.precision, '"},"address":', coalesce(r.address::text, 'null'),
           ',"confirmed_on":', coalesce(to_json(r.confirmed_on)::text, 'null'), ',"freshness":"',
           CASE WHEN r.stale_at IS NULL THEN 'not_confirmed' WHEN r.stale_at <= %(now)s THEN 'stale' ELSE 'fresh' END, '",', filled.text),
       r.capacity::text,
       CASE WHEN picked.list = 1 THEN {{ is.unsure() }} END,
       CASE WHEN picked.list = 1 THEN r.tags & (SELECT asked FROM here) END
       {%- if shape.later %}, r.service_id{% endif %}
FROM (SELECT * FROM picked UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL) AS picked
LEFT JOIN summary ON picked.list IS NULL
LEFT JOIN search_row AS r ON r.ctid = picked.at LEFT JOIN search_shown AS shown ON shown.id = r.id
{%- if shape.later %}
CROSS JOIN LATERAL (SELECT E'\x01' AS opening) AS w
{%- else %}
CROSS JOIN {{ at.timed("r.open", "r.unknown", "r.call_first") }}
CROSS JOIN LATERAL (SELECT {{ at.opening(at.explained("r.notes")) }} AS opening OFFSET 0) AS w
{%- endif %}
{%- set text = "shown." ~ shape.labels %}
CROSS JOIN LATERAL (SELECT {% if shape.later %}''{% else %}CASE WHEN cardinality(r.way_open) = 0 THEN replace({{ text }}, E'\x01', w.opening) ELSE (
    SELECT string_agg(part || CASE WHEN n < cardinality(parts) THEN ways[n] ELSE '' END, '' ORDER BY n)
    FROM (SELECT string_to_array({{ text }}, E'\x01') AS parts, {{ at.by_way() }} AS ways OFFSET 0) AS of, unnest(parts) WITH ORDINALITY AS each(part, n)
) END{% endif %} AS text) AS filled
