"""expand: where agencies' systems are told of referrals, and what is on its way to them.

Secrets are sealed. An agency's administrators see their own rows; the rules write them, in the system's own name.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE webhook_endpoint (
    id uuid NOT NULL, agency_id uuid NOT NULL, url text NOT NULL, state text NOT NULL, why text, secret bytea,
    former bytea, former_until timestamptz, made_by uuid, made_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_webhook_endpoint PRIMARY KEY (id),
    CONSTRAINT ck_webhook_endpoint_state CHECK (state IN ('on', 'off', 'ended')),
    CONSTRAINT ck_webhook_endpoint_ended CHECK ((ended_at IS NOT NULL) = (state = 'ended')),
    CONSTRAINT ck_webhook_endpoint_why CHECK ((why IS NOT NULL) = (state = 'off')),
    CONSTRAINT ck_webhook_endpoint_secret CHECK (state = 'ended' OR secret IS NOT NULL),
    CONSTRAINT ck_webhook_endpoint_former CHECK (former IS NULL OR former_until IS NOT NULL),
    CONSTRAINT fk_webhook_endpoint_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT
);
CREATE INDEX ix_webhook_endpoint_agency_id ON webhook_endpoint (agency_id);
CREATE TABLE webhook_delivery (
    id uuid NOT NULL, endpoint_id uuid NOT NULL, agency_id uuid NOT NULL, event_id bigint NOT NULL,
    tries integer NOT NULL, tries_before integer NOT NULL, due_at timestamptz NOT NULL, sent_at timestamptz,
    failed text, status integer,
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
    CONSTRAINT uq_webhook_delivery_endpoint_id UNIQUE (endpoint_id, event_id),
    CONSTRAINT ck_webhook_delivery_one_end CHECK (sent_at IS NULL OR failed IS NULL),
    CONSTRAINT fk_webhook_delivery_endpoint_id_webhook_endpoint FOREIGN KEY (endpoint_id)
        REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    CONSTRAINT fk_webhook_delivery_event_id_referral_event FOREIGN KEY (event_id)
        REFERENCES referral_event (id) ON DELETE CASCADE
);
CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (endpoint_id, due_at)
    WHERE sent_at IS NULL AND failed IS NULL;
CREATE INDEX ix_webhook_delivery_event_id ON webhook_delivery (event_id);
"""
NETS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON {table} USING (doorlight_trusted());
CREATE POLICY own ON {table} FOR SELECT USING (doorlight_cares() AND agency_id = doorlight_agency());
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(TABLES)
    for table in ("webhook_endpoint", "webhook_delivery"):
        _run(NETS.format(table=table))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run("DROP TABLE webhook_delivery, webhook_endpoint")


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
