"""Which areas hold a point: for certain, or perhaps, because a drawn line is not the border itself.

Why it is decided so, and what was measured: docs/adr/0050-coverage.md.
"""

from typing import LiteralString

_POINT: LiteralString = "ST_SetSRID(ST_MakePoint(%(lon)s::float8, %(lat)s::float8), 4326)"
# Beyond the outline of the nation there may be an island that it leaves out, as far off as the nation's own error.
_OFFSHORE_M: LiteralString = "12000"

# Parameters: lon, lat, and zip, the ZIP that was asked from (or null). One row:
#   sure    ids of areas that hold the point
#   maybe   ids of areas that may hold it; never also in `sure`
#   zone    the time zone there, where the counties leave no doubt of it
#   nation  whether the point is in the nation, or may be
# A ZIP's point says so little of where its people live that the box around it is as good as a circle.
# A state or county is certain where no other of its kind is within the error of its outline. Nothing is sorted or
# grouped: this is a good part of what a search costs where few rows are near.
COVERING: LiteralString = (
    """covering AS MATERIALIZED (
    WITH touched AS MATERIALIZED (
        SELECT area_id, kind, zone, within_m IS NULL AS inside
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
    ), each AS (
        SELECT array_agg(area_id) FILTER (WHERE kind = 'drawn') AS drawn,
               array_agg(area_id) FILTER (WHERE kind = 'zip') AS zips,
               array_agg(area_id) FILTER (WHERE kind = 'nation') AS nations,
               array_agg(area_id) FILTER (WHERE kind = 'state') AS states,
               array_agg(area_id) FILTER (WHERE kind = 'county') AS counties,
               coalesce(bool_or(inside) FILTER (WHERE kind = 'nation'), false) AS in_nation,
               coalesce(bool_or(inside) FILTER (WHERE kind = 'state') AND min(area_id) FILTER (WHERE kind = 'state')
                   = max(area_id) FILTER (WHERE kind = 'state'), false) AS in_state,
               coalesce(bool_or(inside) FILTER (WHERE kind = 'county') AND min(area_id) FILTER (WHERE kind = 'county')
                   = max(area_id) FILTER (WHERE kind = 'county'), false) AS in_county,
               CASE WHEN min(zone) = max(zone) AND count(*) FILTER (WHERE zone IS NULL AND kind = 'county') = 0
                   THEN min(zone) END AS zone
        FROM touched
    )
    SELECT coalesce(drawn, '{}') || CASE WHEN in_nation THEN nations ELSE '{}' END
           || CASE WHEN in_state THEN states ELSE '{}' END || CASE WHEN in_county THEN counties ELSE '{}' END
           || CASE WHEN %(zip)s::text IS NULL THEN '{}'
              ELSE ARRAY(SELECT id FROM area WHERE key = 'zip:' || %(zip)s::text) END AS sure,
           coalesce(zips, '{}') || CASE WHEN in_nation THEN '{}' ELSE nations END
           || CASE WHEN in_state THEN '{}' ELSE states END || CASE WHEN in_county THEN '{}' ELSE counties END
           || CASE WHEN nations IS NULL OR in_nation THEN '{}' ELSE ARRAY(
               SELECT area_id FROM area_part
               WHERE kind IN ('state', 'county') AND within_m IS NOT NULL
                 AND box && doorlight_around("""
    + _POINT
    + ", "
    + _OFFSHORE_M
    + ") AND ST_DistanceSphere(geom, "
    + _POINT
    + ") <= "
    + _OFFSHORE_M
    + """
                 AND NOT (in_state AND area_id = ANY(states)) AND NOT (in_county AND area_id = ANY(counties))
           ) END AS maybe,
           zone, nations IS NOT NULL AS nation
    FROM each
)"""
)
