"""expand: the database is told the caller's roles; agencies claim listings, and see their own claims; stewards see all."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = """
CREATE FUNCTION doorlight_is(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT role = ANY (string_to_array(coalesce(current_setting('doorlight.roles', true), ''), ' '))
$$;
"""

TABLE = """
CREATE TABLE claim (
    id uuid NOT NULL, organization_id uuid NOT NULL, agency_id uuid NOT NULL, way text NOT NULL, state text NOT NULL,
    code_hash bytea, tries integer NOT NULL, asked_by uuid, asked_at timestamptz NOT NULL, ends_at timestamptz,
    decided_by uuid, decided_at timestamptz, reason text,
    CONSTRAINT pk_claim PRIMARY KEY (id),
    CONSTRAINT ck_claim_way CHECK (way IN ('mail', 'text', 'steward')),
    CONSTRAINT ck_claim_state CHECK (state IN ('asked', 'proven', 'refused', 'ended')),
    CONSTRAINT fk_claim_organization_id_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_claim_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE CASCADE
);
CREATE INDEX ix_claim_organization_id ON claim (organization_id);
CREATE INDEX ix_claim_agency_id ON claim (agency_id);
CREATE UNIQUE INDEX uq_claim_standing ON claim (organization_id, agency_id) WHERE state IN ('asked', 'proven');
ALTER TABLE claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON claim
    USING (agency_id = doorlight_agency() OR doorlight_is('steward') OR doorlight_trusted());
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(ROLES)
    _run(TABLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE claim; DROP FUNCTION doorlight_is")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
