{#- Hours of a row `r` at the time asked about, and the JSON text that says them. -#}

{#- State, until when, and when it opens. Unknown where the stored intervals do not reach: never closed by silence. What
    is computed on whole intervals needs no row for each of them. #}
{%- macro timed(o, u, c) %}LATERAL (
    SELECT CASE WHEN {{ o }} @> %(t)s::timestamptz THEN 'open' WHEN {{ c }} @> %(t)s::timestamptz THEN 'call_first'
                WHEN {{ u }} @> %(t)s::timestamptz OR r.horizon <= %(t)s::timestamptz THEN 'unknown' ELSE 'closed' END AS state,
           tstzmultirange(tstzrange(%(t)s::timestamptz, greatest(%(t)s::timestamptz, r.horizon))) AS ahead OFFSET 0
) AS h CROSS JOIN LATERAL (
    SELECT CASE h.state WHEN 'open' THEN lower(h.ahead - {{ o }}) WHEN 'call_first' THEN lower(h.ahead - {{ c }}) END AS until,
           CASE WHEN h.state <> 'open' THEN lower({{ o }} * h.ahead) END AS opens OFFSET 0
) AS e{% endmacro %}

{#- Why it is so: a note explains an unusual state, and each kind of note belongs to one. #}
{%- macro explained(notes) %}coalesce(CASE WHEN h.state <> 'open' AND {{ notes }} IS NOT NULL THEN (
        SELECT n ->> 2 FROM json_array_elements({{ notes }}) AS n
        WHERE CASE n ->> 2 {% for why, state in said.explains.items() %}WHEN '{{ why }}' THEN '{{ state }}' {% endfor %}END = h.state
          AND (n ->> 0)::timestamptz <= %(t)s::timestamptz AND %(t)s::timestamptz < (n ->> 1)::timestamptz LIMIT 1) END,
    {{ plainly() }}){% endmacro %}
{%- macro plainly() %}CASE WHEN h.state = 'open' AND e.until IS NULL AND r.horizon >= %(t)s::timestamptz + interval '7 days' THEN 'round_the_clock'
    ELSE CASE h.state {% for state, why in said.plain.items() %}WHEN '{{ state }}' THEN '{{ why }}' {% endfor %}END END{% endmacro %}

{#- Whole minutes until then, begun ones counted. #}
{%- macro minutes(at) %}coalesce(ceil(date_part('epoch', {{ at }} - %(t)s::timestamptz) / 60)::int::text, 'null'){% endmacro %}
{%- macro instant(at) %}coalesce(to_json({{ at }})::text, 'null'){% endmacro %}

{%- macro opening(why) %}concat(CASE h.state {% for state, text in said.states.items() %}WHEN '{{ state }}' THEN {{ text }} {% endfor %}END,
    ',"until":', {{ instant("e.until") }}, ',"opens_at":', {{ instant("e.opens") }},
    ',"closes_in_min":', CASE WHEN h.state = 'open' THEN {{ minutes("e.until") }} ELSE 'null' END, ',"opens_in_min":', {{ minutes("e.opens") }},
    ',"zone":', coalesce(to_json(r.zone)::text, 'null'), CASE {{ why }} {% for why, text in said.whys.items() %}WHEN '{{ why }}' THEN {{ text }} {% endfor %}END, '}'){% endmacro %}

{#- Of every way, in the order in which they are shown; none where all keep the row's own hours. #}
{%- macro by_way() %}(SELECT array_agg({{ opening(plainly()) }} ORDER BY w.n)
    FROM unnest(r.way_open, r.way_unknown, r.way_call_first) WITH ORDINALITY AS w(o, u, c, n) CROSS JOIN {{ timed("w.o", "w.u", "w.c") }}){% endmacro %}
