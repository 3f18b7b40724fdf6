{#- What holds of a row `r`. Each filter has three answers: it holds, it certainly does not, or somebody has to ask. #}

{#- Open: at an instant, for the whole of a span, or at some moment of it. #}
{%- macro open(o) %}
{%- if shape.opens == "at" %}{{ o }} @> %(t)s::timestamptz
{%- elif shape.opens == "for" %}{{ o }} @> (SELECT span FROM here)
{%- else %}{{ o }} && (SELECT span FROM here){% endif %}
{%- endmacro %}
{%- macro may_open(o, u, c) %}
{%- if shape.opens == "at" %}({{ c }} @> %(t)s::timestamptz OR {{ u }} @> %(t)s::timestamptz OR r.horizon <= %(t)s::timestamptz)
{%- elif shape.opens == "for" %}({{ o }} + {{ u }} + {{ c }} + CASE WHEN r.horizon <= %(t_end)s::timestamptz THEN tstzmultirange(tstzrange(r.horizon, NULL)) ELSE '{}' END) @> (SELECT span FROM here)
{%- else %}({{ u }} && (SELECT span FROM here) OR {{ c }} && (SELECT span FROM here) OR r.horizon <= %(t_end)s::timestamptz){% endif %}
{%- endmacro %}
{#- Open, police, mode and language hold on one and the same way: an open phone does not make a shut chat's promise good.
    Where all ways keep the row's own hours and claims there is nothing to choose between; language and mode are in the
    tags. Who arrives comes by the door, whatever they may call besides: what holds must hold there, too. #}
{%- macro path(known, sure) %}{{ known }} <= %(police)s::int{% if shape.police == "low" %} AND {{ sure }} >= %(today)s::date{% endif %}{% endmacro %}
{%- set any, called, door = "", "%(bits)s::int", "%(door)s::int" %}
{%- set legs = ([called] if shape.by_mode else [] if shape.by_door else [any]) + ([door] if shape.by_door else []) %}
{%- macro listed(bits) %}EXISTS (SELECT FROM unnest(r.way_modes) AS m WHERE (m & {{ bits }}) <> 0){% endmacro %}
{%- macro one_way(opens, police) %}{% for bits in legs %}{{ " AND " if not loop.first }}{{ on_a_way(opens, police, bits) }}{% endfor %}{% endmacro %}
{%- macro on_a_way(opens, police, bits) %}
{%- set both = joiner(" AND ") %}CASE WHEN cardinality(r.way_open) + cardinality(r.way_police) = 0 THEN (
    {%- if bits == door %}{{ both() }}{{ listed(bits) }}{% endif %}
    {%- if opens %}{{ both() }}{{ open("r.open") }}{% endif %}
    {%- if police %}{{ both() }}coalesce({{ path("r.police", "r.police_sure") }}, false){% endif %}) ELSE EXISTS (
        SELECT FROM unnest(r.way_modes, r.way_languages, r.way_open, r.way_police, r.way_police_sure) AS w(m, l, o, p, s)
        WHERE true
        {%- if bits %} AND (w.m & {{ bits }}) <> 0{% endif %}
        {%- if shape.in_language and bits != door %} AND %(language)s = ANY(string_to_array(w.l, ' ')){% endif %}
        {%- if opens %} AND {{ open("CASE WHEN cardinality(r.way_open) = 0 THEN r.open ELSE w.o END") }}{% endif %}
        {%- if police %} AND CASE WHEN cardinality(r.way_police) = 0 THEN {{ path("r.police", "r.police_sure") }} ELSE {{ path("w.p", "w.s") }} END{% endif %}) END
{%- endmacro %}
{#- Certainly not: every way asked for is shut, or brings more. Of a way that is not listed nothing is known but what holds
    of the service whatever the way. #}
{%- macro is_shut() %}({% for bits in legs %}{{ " OR " if not loop.first }}{{ shut_on(bits) }}{% endfor %}){% endmacro %}
{%- macro shut_on(bits) %}
{%- if bits %}{{ listed(bits) }} AND NOT CASE WHEN cardinality(r.way_open) = 0 THEN {{ open("r.open") }} OR {{ may_open("r.open", "r.unknown", "r.call_first") }} ELSE (
        SELECT bool_or({{ open("w.o") }} OR {{ may_open("w.o", "w.u", "w.c") }})
        FROM unnest(r.way_modes, r.way_open, r.way_unknown, r.way_call_first) AS w(m, o, u, c) WHERE (w.m & {{ bits }}) <> 0) END
{%- else %}NOT ({{ open("r.open") }} OR {{ may_open("r.open", "r.unknown", "r.call_first") }}){% endif %}
{%- endmacro %}
{#- Of what is not open for so long: whether it is so now, on every way asked for. #}
{%- macro open_at_first() %}{% for bits in legs %}{{ " AND " if not loop.first }}
    {%- if bits %}CASE WHEN cardinality(r.way_open) = 0 THEN r.open @> %(t)s::timestamptz ELSE EXISTS (
        SELECT FROM unnest(r.way_modes, r.way_open) AS w(m, o) WHERE (w.m & {{ bits }}) <> 0 AND w.o @> %(t)s::timestamptz) END
    {%- else %}r.open @> %(t)s::timestamptz{% endif %}{% endfor %}
{%- endmacro %}
{#- Certainly not both: each way asked for that may be open brings more. #}
{%- macro no_way() %}({% for bits in legs %}{{ " OR " if not loop.first }}{{ conflict_on(bits) }}{% endfor %}){% endmacro %}
{%- macro conflict_on(bits) %}{% if bits %}{{ listed(bits) }} AND {% endif %}cardinality(r.way_open) + cardinality(r.way_police) > 0 AND NOT EXISTS (
        SELECT FROM unnest(r.way_modes, r.way_open, r.way_unknown, r.way_call_first, r.way_police) AS w(m, o, u, c, p)
        WHERE CASE WHEN cardinality(r.way_police) = 0 THEN r.police ELSE w.p END <= %(police)s::int
          AND CASE WHEN cardinality(r.way_open) = 0 THEN {{ open("r.open") }} OR {{ may_open("r.open", "r.unknown", "r.call_first") }}
              ELSE {{ open("w.o") }} OR {{ may_open("w.o", "w.u", "w.c") }} END
        {%- if bits %} AND (w.m & {{ bits }}) <> 0{% endif %})
{%- endmacro %}
{%- macro police_breaks() %}({% for bits in legs %}{{ " OR " if not loop.first }}{{ brings_more_on(bits) }}{% endfor %}){% endmacro %}
{%- macro brings_more_on(bits) %}CASE
    {%- if bits %} WHEN NOT {{ listed(bits) }} THEN r.police_stated > %(police)s::int{% endif %}
        WHEN cardinality(r.way_police) = 0 THEN r.police > %(police)s::int
        ELSE coalesce((SELECT bool_and(w.p > %(police)s::int) FROM unnest(r.way_modes, r.way_police) AS w(m, p)
            {%- if bits %} WHERE (w.m & {{ bits }}) <> 0{% endif %}), false) END
{%- endmacro %}

{%- macro age_holds() %}r.age_stated AND coalesce(r.min_age <= %(age)s::float8, true) AND coalesce(r.max_age >= %(age)s::float8, true){% endmacro %}
{%- macro counted() %}json_to_recordset(r.capacity) AS c(free int, expires_at timestamptz){% endmacro %}
{%- macro free_holds() %}r.capacity IS NOT NULL AND EXISTS (SELECT FROM {{ counted() }} WHERE c.free >= %(free)s::int AND c.expires_at > %(as_of)s){% endmacro %}
{%- macro free_breaks() %}r.capacity IS NOT NULL AND NOT EXISTS (SELECT FROM {{ counted() }} WHERE c.free >= %(free)s::int OR c.expires_at <= %(as_of)s){% endmacro %}

{#- Everything but coverage; without tags where the index has led to them already. #}
{%- macro suitable(tags=True) %}
{%- set both = joiner(" AND ") %}(
{%- if shape.tagged and tags %}{{ both() }}r.tags @@ (SELECT must FROM here){% endif %}
{%- if shape.opens or shape.police %}{{ both() }}{{ one_way(shape.opens, shape.police) }}{% endif %}
{%- if shape.age %}{{ both() }}{{ age_holds() }}{% endif %}
{%- if shape.free %}{{ both() }}{{ free_holds() }}{% endif %}
{%- if not (shape.tagged and tags or shape.opens or shape.police or shape.age or shape.free) %}true{% endif %})
{%- endmacro %}
{%- macro ruled_out(may_cover) %}
    WHEN NOT v.covered AND NOT {{ may_cover }} THEN 'not_covering'
    {%- if shape.age %} WHEN r.min_age > %(age)s::float8 OR r.max_age < %(age)s::float8 THEN 'age'{% endif %}
    {%- if shape.outs %} WHEN r.tags && (SELECT outs FROM here) THEN
        (SELECT (SELECT reasons FROM here)[min(idx((SELECT outs FROM here), one))] FROM unnest(r.tags & (SELECT outs FROM here)) AS one){% endif %}
    {%- if shape.police %} WHEN {{ police_breaks() }} THEN 'police'{% endif %}
    {%- if shape.free %} WHEN {{ free_breaks() }} THEN 'full'{% endif %}
    {%- if shape.opens %} WHEN {{ is_shut() }} THEN {% if shape.opens == "for" %}CASE WHEN {{ open_at_first() }} THEN 'closes_soon' ELSE 'closed' END{% else %}'closed'{% endif %}{% endif %}
    {%- if shape.opens and shape.police %} WHEN {{ no_way() }} THEN 'police'{% endif %}
{%- endmacro %}
{%- macro unsure() %}array_remove(ARRAY[NULL
    {#- Where one way is open and another keeps to the level, the question is of the one that keeps to it. #}
    {%- if shape.opens %}, CASE WHEN NOT ({{ one_way(shape.opens, "") }})
        {%- if shape.police %} OR ({{ one_way("", shape.police) }}) AND NOT ({{ one_way(shape.opens, shape.police) }}){% endif %} THEN 'open' END{% endif %}
    {%- if shape.police %}, CASE WHEN NOT ({{ one_way("", shape.police) }}) THEN 'police' END{% endif %}
    {%- if shape.age %}, CASE WHEN NOT ({{ age_holds() }}) THEN 'age' END{% endif %}
    {%- if shape.free %}, CASE WHEN NOT ({{ free_holds() }}) THEN 'free' END{% endif %}]::text[], NULL)
{%- endmacro %}

{#- Coverage: a stated area or radius; a place without any takes whoever comes. #}
{%- macro covered(metres) %}(r.areas && (SELECT sure FROM areas) OR coalesce({{ metres }} + r.step <= r.radius_m, false)
    OR (NOT r.area_unknown AND r.areas = '{}' AND r.radius_m IS NULL AND NOT r.nationwide))
{%- endmacro %}
{%- macro may_cover(metres) %}(r.area_unknown OR r.areas && (SELECT maybe FROM areas) OR coalesce({{ metres }} - r.step <= r.radius_m, false)){% endmacro %}
{%- macro line_covered() %}{% if shape.at_point %}(r.areas && (SELECT sure FROM areas)){% else %}r.nationwide{% endif %}{% endmacro %}
{#- Outside the nation nothing of ours may be guessed to serve the place. #}
{%- macro line_may_cover() %}{% if shape.at_point %}(r.areas && (SELECT maybe FROM areas) OR (r.area_unknown AND (SELECT nation FROM areas))){% else %}true{% endif %}{% endmacro %}
{#- As one condition, which the index over areas answers: a row whose area nobody knows has area 0. #}
{%- macro in_reach(elsewhere) %}
{%- if shape.at_point %}{{ "NOT " if elsewhere }}(r.areas && (SELECT reach FROM areas)){% else %}true{% endif %}
{%- endmacro %}
