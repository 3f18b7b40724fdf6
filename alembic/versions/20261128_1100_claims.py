"""expand: agencies claim listings, and see their own claims; stewards see and decide all.

That a letter proved one is the system's own finding, so no agency writes that a listing is its own.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A claim stays of the agency and of the listing that it was asked for: its letter went to what that one publishes.
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
CREATE POLICY system ON claim USING (doorlight_trusted());
CREATE POLICY own ON claim FOR SELECT USING (agency_id = doorlight_agency() OR doorlight_is('steward'));
CREATE POLICY asked ON claim FOR INSERT WITH CHECK (
    agency_id = doorlight_agency() AND (doorlight_is('provider_manager') OR doorlight_is('administrator'))
    AND asked_by = doorlight_actor() AND state <> 'proven' AND num_nonnulls(decided_by, decided_at) = 0
);
CREATE POLICY moved ON claim FOR UPDATE
    USING (agency_id = doorlight_agency() AND (doorlight_is('provider_manager') OR doorlight_is('administrator')))
    WITH CHECK (
        agency_id = doorlight_agency() AND (doorlight_is('provider_manager') OR doorlight_is('administrator'))
        AND state <> 'proven'
    );
CREATE POLICY decided ON claim FOR UPDATE USING (doorlight_is('steward'));
REVOKE UPDATE, TRUNCATE ON claim FROM doorlight_service;
GRANT UPDATE (state, tries, code_hash, asked_by, decided_by, decided_at, reason) ON claim TO doorlight_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE claim")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
