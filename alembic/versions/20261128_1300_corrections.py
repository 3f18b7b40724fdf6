"""expand: claims that a steward decides, and links in their letters."""

from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

CLAIMS = """
ALTER TABLE claim ADD COLUMN link_hash bytea;
ALTER TABLE claim ADD CONSTRAINT uq_claim_link_hash UNIQUE (link_hash);
ALTER TABLE claim DROP CONSTRAINT ck_claim_state;
ALTER TABLE claim ADD CONSTRAINT ck_claim_state CHECK (state IN ('asked', 'held', 'proven', 'refused', 'ended'));
DROP INDEX uq_claim_standing;
CREATE UNIQUE INDEX uq_claim_standing ON claim (organization_id, agency_id) WHERE state IN ('asked', 'held', 'proven');
"""

DOWN = """
SET LOCAL doorlight.trusted = 'on';
UPDATE claim SET state = 'ended' WHERE state = 'held';
DROP INDEX uq_claim_standing;
CREATE UNIQUE INDEX uq_claim_standing ON claim (organization_id, agency_id) WHERE state IN ('asked', 'proven');
ALTER TABLE claim DROP CONSTRAINT ck_claim_state;
ALTER TABLE claim ADD CONSTRAINT ck_claim_state CHECK (state IN ('asked', 'proven', 'refused', 'ended'));
ALTER TABLE claim DROP COLUMN link_hash;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(CLAIMS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(DOWN)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
