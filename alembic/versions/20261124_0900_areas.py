"""expand: area and its parts; drawn areas are stored once and shared; places and areas have a zone."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Degrees are fewer metres the nearer to a pole: the box around an edge is made for its end farthest from the equator,
# and is a little too large rather than too small.
FUNCTIONS = """
CREATE FUNCTION doorlight_around(geom geometry, metres float8) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_Envelope(ST_Expand(
        geom,
        metres / 110000 / cos(radians(least(85, greatest(abs(ST_YMin(geom)), abs(ST_YMax(geom))) + metres / 110000))),
        metres / 110000
    ))
$$;
-- How far from a ZIP's point its people may live: 80 km, and 300 km where Alaska's ZIPs are as large as states.
CREATE FUNCTION doorlight_zip_reach(latitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN latitude > 51 THEN 300000 ELSE 80000 END
$$;
CREATE FUNCTION doorlight_area_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM area_part USING made WHERE area_part.area_id = made.id;
    INSERT INTO area_part (area_id, kind, zone, within_m, box, geom)
    SELECT id, kind, zone, NULL, ST_Envelope(part), part
    FROM made, ST_Subdivide(ST_CollectionExtract(made.geom, 3), 64) AS part
    WHERE NOT ST_IsEmpty(part)
    UNION ALL
    SELECT id, kind, zone, error_m, doorlight_around(edge, error_m), edge
    FROM made, LATERAL (
        SELECT ST_Subdivide(ST_Boundary(ST_CollectionExtract(made.geom, 3)), 16)
        UNION ALL
        SELECT (ST_Dump(ST_CollectionExtract(made.geom, 1))).geom
    ) AS edges(edge)
    WHERE error_m > 0 AND NOT ST_IsEmpty(edge);
    RETURN NULL;
END $$;
CREATE TRIGGER area_parts_made AFTER INSERT ON area REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION doorlight_area_parts();
CREATE TRIGGER area_parts_remade AFTER UPDATE ON area REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION doorlight_area_parts();
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=True),
        sa.Column("error_m", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("kind in ('nation', 'state', 'county', 'zip', 'drawn')", name=op.f("ck_area_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("key", name=op.f("uq_area_key")),
    )
    op.create_index(op.f("ix_area_folded"), "area", ["folded"])
    op.create_table(
        "area_part",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("within_m", sa.Integer(), nullable=True),
        sa.Column("box", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_part_area_id_area"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_part")),
    )
    op.create_index(op.f("ix_area_part_area_id"), "area_part", ["area_id"])
    op.create_geospatial_index(
        "idx_area_part_box", "area_part", ["box"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.execute(FUNCTIONS)
    op.add_column("place", sa.Column("zone", sa.Text(), nullable=True))
    op.add_column("service_area", sa.Column("drawn_id", sa.Integer(), nullable=True))
    op.execute(
        """
        INSERT INTO area (key, kind, geom)
        SELECT DISTINCT ON (key) 'drawn:' || encode(sha256(convert_to(extent, 'UTF8')), 'hex') AS key, 'drawn', geom
        FROM service_area WHERE extent_type = 'geojson' AND extent IS NOT NULL AND geom IS NOT NULL ORDER BY key, id
        """
    )
    op.execute(
        """
        UPDATE service_area SET drawn_id = area.id FROM area
        WHERE extent_type = 'geojson' AND area.key = 'drawn:' || encode(sha256(convert_to(extent, 'UTF8')), 'hex')
        """
    )
    op.execute(
        """
        UPDATE search_row SET areas = ARRAY(
            SELECT DISTINCT drawn_id FROM service_area WHERE number = ANY(search_row.areas) AND drawn_id IS NOT NULL
        ) WHERE areas <> '{}'
        """
    )
    # the plane's seam moved from 180 to 100 degrees east
    op.execute(
        "UPDATE search_row SET geom = ST_Translate(geom, -2 * pi() * 6378137, 0)"
        " WHERE ST_X(geom) > radians(100) * 6378137"
    )
    op.create_index(op.f("ix_service_area_drawn_id"), "service_area", ["drawn_id"])
    op.create_foreign_key(op.f("fk_service_area_drawn_id_area"), "service_area", "area", ["drawn_id"], ["id"])
    op.drop_geospatial_index(
        "idx_service_area_geom", table_name="service_area", postgresql_using="gist", column_name="geom"
    )
    op.drop_constraint(op.f("uq_service_area_number"), "service_area", type_="unique")
    op.drop_column("service_area", "number")
    op.execute("ALTER TABLE service_area DROP COLUMN geom")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("service_area", sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.create_unique_constraint(op.f("uq_service_area_number"), "service_area", ["number"])
    op.execute("ALTER TABLE service_area ADD COLUMN geom geometry(MULTIPOLYGON, 4326)")
    op.execute("UPDATE service_area SET geom = area.geom FROM area WHERE area.id = drawn_id")
    op.execute(
        """
        UPDATE search_row SET areas = ARRAY(
            SELECT number FROM service_area
            WHERE drawn_id = ANY(search_row.areas) AND service_area.service_id = search_row.service_id
        ) WHERE areas <> '{}'
        """
    )
    op.execute(
        "UPDATE search_row SET geom = ST_Translate(geom, 2 * pi() * 6378137, 0) WHERE ST_X(geom) < -pi() * 6378137"
    )
    op.create_geospatial_index(
        "idx_service_area_geom", "service_area", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.drop_constraint(op.f("fk_service_area_drawn_id_area"), "service_area", type_="foreignkey")
    op.drop_index(op.f("ix_service_area_drawn_id"), table_name="service_area")
    op.drop_column("service_area", "drawn_id")
    op.drop_column("place", "zone")
    op.execute("DELETE FROM place WHERE kind = 'county'")
    op.drop_index(op.f("ix_area_part_area_id"), table_name="area_part")
    op.drop_geospatial_index("idx_area_part_box", table_name="area_part", postgresql_using="gist", column_name="box")
    op.drop_table("area_part")
    op.drop_index(op.f("ix_area_folded"), table_name="area")
    op.drop_table("area")
    op.execute("DROP FUNCTION doorlight_area_parts(), doorlight_zip_reach(float8), doorlight_around(geometry, float8)")
