"""expand: teams by the ground they come to, whatever their base; rows without a point by group.

Rows are worked out anew: the service does so at its next start.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMING = """
TRUNCATE search_row, search_shown, search_text;
-- The box around the circle that a team travels.
ALTER TABLE search_row ADD COLUMN reach geometry(Polygon, 3857);
CREATE INDEX ix_search_row_reach ON search_row USING gist (reach, radius_m) WHERE reach IS NOT NULL;
CREATE INDEX ix_search_row_teams ON search_row USING gin (areas gin__int_ops) WHERE team AND geom IS NOT NULL;
ALTER TABLE search_row DROP CONSTRAINT ck_search_row_confidential, ADD CONSTRAINT ck_search_row_confidential CHECK (
    precision <> 'confidential'
    OR (geom IS NULL AND geog IS NULL AND reach IS NULL AND address IS NULL AND radius_m IS NULL));
CREATE INDEX ix_search_row_grouped ON search_row ("group", rank, id) WHERE geom IS NULL;
"""

BEFORE = """
TRUNCATE search_row, search_shown, search_text;
DROP INDEX ix_search_row_grouped, ix_search_row_teams, ix_search_row_reach;
ALTER TABLE search_row DROP CONSTRAINT ck_search_row_confidential, ADD CONSTRAINT ck_search_row_confidential CHECK (
    precision <> 'confidential' OR (geom IS NULL AND geog IS NULL AND address IS NULL AND radius_m IS NULL));
ALTER TABLE search_row DROP COLUMN reach;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(COMING)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(BEFORE)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
