"""Which areas hold a point: for certain, or perhaps, because a drawn line is not the border itself.

Why it is decided so, and what was measured: docs/adr/0050-coverage.md.
"""

from typing import LiteralString

_POINT: LiteralString = "ST_SetSRID(ST_MakePoint(%(lon)s::float8, %(lat)s::float8), 4326)"
# A ZIP's point says so little of where its people live that the box around it is as good as a circle.
# Beyond the outline of the nation there may be an island that it leaves out, as far off as the nation's own error.
_OFFSHORE_M: LiteralString = "12000"

# Parameters: lon, lat, and zip, the ZIP that was asked from (or null). One row:
#   sure    ids of areas that hold the point
#   maybe   ids of areas that may hold it; never also in `sure`
#   zone    the time zone there, where the counties leave no doubt of it
COVERING: LiteralString = (
    """covering AS MATERIALIZED (
    WITH touched AS MATERIALIZED (
        SELECT area_id, kind, zone, bool_or(within_m IS NULL) AS inside
        FROM area_part
        WHERE box && """
    + _POINT
    + """ AND (kind <> 'zip' OR %(zip)s::text IS NULL)
          AND CASE WHEN within_m IS NULL THEN ST_Covers(geom, """
    + _POINT
    + """)
                   WHEN kind = 'zip' THEN true
                   ELSE ST_DistanceSphere(geom, """
    + _POINT
    + """) <= within_m END
        GROUP BY area_id, kind, zone
    ), judged AS (
        SELECT area_id, kind, zone, CASE kind
            WHEN 'drawn' THEN true
            WHEN 'nation' THEN inside
            WHEN 'zip' THEN false
            ELSE inside AND count(*) OVER (PARTITION BY kind) = 1
        END AS sure
        FROM touched
        UNION ALL
        SELECT id, kind, NULL::text, true FROM area WHERE key = 'zip:' || %(zip)s::text
        UNION ALL
        SELECT DISTINCT area_id, kind, NULL::text, false FROM area_part
        WHERE (SELECT count(*) = 1 AND NOT bool_or(inside) FROM touched WHERE kind = 'nation')
          AND kind IN ('state', 'county') AND within_m IS NOT NULL
          AND box && doorlight_around("""
    + _POINT
    + ", "
    + _OFFSHORE_M
    + ") AND ST_DistanceSphere(geom, "
    + _POINT
    + ") <= "
    + _OFFSHORE_M
    + """
          AND area_id NOT IN (SELECT area_id FROM touched)
    )
    SELECT coalesce(array_agg(area_id) FILTER (WHERE sure), '{}') AS sure,
           coalesce(array_agg(area_id) FILTER (WHERE NOT sure), '{}') AS maybe,
           CASE WHEN count(DISTINCT zone) = 1 AND count(*) FILTER (WHERE zone IS NULL AND kind = 'county') = 0
                THEN min(zone) END AS zone
    FROM judged
)"""
)
